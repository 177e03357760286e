#include "sim/studies/tune/tune_batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/partition_memo.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

constexpr double few = 64;               // combinations, all of which are tried
constexpr double worth_a_change = 1e-3;  // of the frames a second
constexpr double next_to_nothing = 5e-3;

class BatchSearch {
 public:
  BatchSearch(const Network& network, const Device& device, const TuneOptions& options,
              const std::vector<TuneBlock>& blocks)
      : network_(network), device_(device), options_(options), blocks_(blocks), searching_(options.evaluate) {
    searching_.engine = Engine::events;
    searching_.accounts = false;
    searching_.buffer_budget = options.buffer_budget;
    searching_.memo = std::make_shared<PartitionMemo>();
    for (const TuneBlock& block : blocks_) combinations_ *= static_cast<double>(block.candidates.size());
  }

  TuneResult run() {
    for (const Heights& heights : uniform_choices()) consider(heights);
    if (combinations_ <= few)
      try_all();
    else
      improve();
    most_ = score(best_).fps;
    make_gentle();
    return result();
  }

 private:
  const BatchScore& score(const Heights& heights) {
    const auto [entry, is_new] = known_.try_emplace(heights);
    if (!is_new) return entry->second;
    const RunResult result = evaluate(with_heights(network_, heights), device_, searching_);
    entry->second = {batch_fps(result, options_.evaluate.batch).value_or(0), batch_fps(result, 1).value_or(0),
                     result.several ? static_cast<int>(result.several->list.size()) : 1,
                     largest(result, [](const Plan& plan) { return total_buffer_bytes(plan); })};
    return entry->second;
  }

  bool is_allowed(const Heights& heights) const {
    return within_limit(total_penalty(blocks_, heights, options_.combine), options_.max_penalty);
  }

  bool consider(const Heights& heights) {
    if (!is_allowed(heights)) return false;
    if (!best_.empty() && score(heights).fps <= score(best_).fps * (1 + worth_a_change)) return false;
    best_ = heights;
    return true;
  }

  /// All full first; then in each block the largest candidate of at most so many rows, else the smallest.
  std::vector<Heights> uniform_choices() const {
    std::set<Rows, std::greater<>> rows;
    for (const TuneBlock& block : blocks_) rows.insert(block.candidates.begin(), block.candidates.end());
    std::vector<Heights> choices{Heights(blocks_.size(), 0)};
    for (const Rows t : rows) {
      if (t == 0) continue;
      Heights heights;
      for (const TuneBlock& block : blocks_) {
        const auto fits = [&](Rows candidate) { return candidate > 0 && candidate <= t; };
        const auto found = std::find_if(block.candidates.begin(), block.candidates.end(), fits);
        heights.push_back(found != block.candidates.end() ? *found : block.height <= t ? 0 : block.candidates.back());
      }
      choices.push_back(std::move(heights));
    }
    return choices;
  }

  void try_all() {
    Heights heights(blocks_.size(), 0);
    std::vector<std::size_t> at(blocks_.size(), 0);
    for (std::size_t k = 0; k < blocks_.size();) {
      consider(heights);
      for (k = 0; k < blocks_.size(); ++k) {
        at[k] = at[k] + 1 == blocks_[k].candidates.size() ? 0 : at[k] + 1;
        heights[k] = blocks_[k].candidates[at[k]];
        if (at[k] != 0) break;
      }
    }
  }

  void improve() {
    for (bool better = true; better && !spent();) {
      better = false;
      for (std::size_t k = 0; k < blocks_.size() && !spent(); ++k)
        for (const Rows candidate : blocks_[k].candidates) better = consider(changed(k, candidate)) || better;
      settled_ = !better;
    }
  }

  void make_gentle() {
    for (std::size_t k = 0; k < blocks_.size(); ++k) {
      std::vector<Rows> gentlest = blocks_[k].candidates;
      std::stable_sort(gentlest.begin(), gentlest.end(),
                       [&](Rows a, Rows b) { return blocks_[k].penalty(a) < blocks_[k].penalty(b); });
      for (const Rows candidate : gentlest) {
        if (candidate == best_[k]) break;
        const Heights other = changed(k, candidate);
        if (!is_allowed(other) || score(other).fps < most_ * (1 - next_to_nothing)) continue;
        best_ = other;
        break;
      }
    }
  }

  Heights changed(std::size_t block, Rows height) const {
    Heights heights = best_;
    heights[block] = height;
    return heights;
  }

  bool spent() const { return static_cast<double>(known_.size()) >= options_.most_tried; }

  TuneResult result() {
    TuneResult result;
    result.heights = best_;
    const BatchScore& reached = score(best_);
    result.found = reached.fps > 0;
    if (!result.found) result.reason = "the network fits no contexts with any of the heights tried";
    result.batch = TunedBatch{options_.evaluate.batch, reached, score(Heights(blocks_.size(), 0)), std::nullopt};
    Heights sevens;
    for (const TuneBlock& block : blocks_) sevens.push_back(block.height > 7 ? 7 : 0);
    if (known_.count(sevens)) result.batch->sevens = score(sevens);
    for (std::size_t k = 0; k < blocks_.size(); ++k) {
      TunedBlock block{blocks_[k].layer, blocks_[k].height, best_[k], std::nullopt, std::nullopt};
      if (options_.penalties) block.penalty = blocks_[k].penalty(best_[k]);
      if (best_[k] > 0) block.full_instead = score(changed(k, 0)).fps;
      result.blocks.push_back(std::move(block));
    }
    result.combinations = combinations_;
    result.simulated = static_cast<int>(known_.size());
    result.exact = combinations_ <= few;
    result.reached = reached.fps;
    result.least = most_;
    result.guarantee = result.exact ? "exact, all combinations were simulated"
                       : settled_   ? fmt::format(
                                          "of {:.3g} combinations; no other height of a single block is faster by more "
                                            "than {:g} % (simulated)",
                                          combinations_, worth_a_change * 100)
                                  : fmt::format("of {:.3g} combinations the best that were tried", combinations_);
    return result;
  }

  const Network& network_;
  const Device& device_;
  const TuneOptions& options_;
  const std::vector<TuneBlock>& blocks_;
  EvaluateOptions searching_;
  std::map<Heights, BatchScore> known_;
  Heights best_;
  double most_ = 0;  ///< frames a second of the fastest
  double combinations_ = 1;
  bool settled_ = false;
};

}  // namespace

TuneResult tune_batch(const Network& network, const Device& device, const TuneOptions& options,
                      const std::vector<TuneBlock>& blocks) {
  TuneResult result = BatchSearch(network, device, options, blocks).run();
  EvaluateOptions evaluated = options.evaluate;
  evaluated.buffer_budget = options.buffer_budget;
  result.answer = evaluate(with_heights(network, result.heights), device, evaluated);
  return result;
}

}  // namespace rowflow

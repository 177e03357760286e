#include "sim/studies/tune/tune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/metrics/rows_enough.hpp"
#include "sim/studies/tune/tune_batch.hpp"
#include "sim/studies/tune/tune_search.hpp"

namespace rowflow {

namespace {

/// Largest first, full (0) before all.
std::vector<Rows> candidates_of(const Layer& layer, const TuneOptions& options) {
  const Rows height = layer.input_shapes[0].height;
  std::vector<Rows> heights = options.heights;
  if (heights.empty()) {
    heights.push_back(rows_enough);
    for (Rows t = options.penalties ? 1 : rows_enough; t < height; ++t) {
      if (height % t == 0) heights.push_back(t);
    }
  }
  std::sort(heights.rbegin(), heights.rend());
  heights.erase(std::unique(heights.begin(), heights.end()), heights.end());
  std::vector<Rows> candidates{0};
  for (const Rows t : heights) {
    if (t > 0 && t < height) candidates.push_back(t);
  }
  return candidates;
}

/// Only heights with an entry that is within the limit by itself; full costs nothing.
void put_penalties(TuneBlock& block, const Penalties& penalties, const std::optional<double>& limit) {
  const auto entry = penalties.find(block.layer);
  std::vector<Rows> kept{0};
  block.penalties = {0};
  for (const Rows t : block.candidates) {
    if (t == 0 || entry == penalties.end() || !entry->second.count(t)) continue;
    if (!within_limit(entry->second.at(t), limit)) continue;
    kept.push_back(t);
    block.penalties.push_back(entry->second.at(t));
  }
  block.candidates = std::move(kept);
}

std::vector<TuneBlock> blocks_of(const Network& network, const TuneOptions& options) {
  std::vector<TuneBlock> blocks;
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) {
    if (layer.config.type != LayerType::squeeze_excite) continue;
    TuneBlock block{layer.config.name, layer.input_shapes[0].height, candidates_of(layer, options), {}};
    block.penalties.assign(block.candidates.size(), 0);
    if (options.penalties) put_penalties(block, *options.penalties, options.max_penalty);
    names.push_back(block.layer);
    blocks.push_back(std::move(block));
  }
  if (blocks.empty())
    throw InputError(network.file, "found no squeeze_excite layer, expected at least one to choose a tile height for");
  if (options.penalties) check_block_names(*options.penalties, names, "--penalties");
  return blocks;
}

void describe(TuneResult& result, TuneSearch& search, bool penalties) {
  for (std::size_t k = 0; k < search.blocks().size(); ++k) {
    const TuneBlock& block = search.blocks()[k];
    TunedBlock tuned{block.layer, block.height, result.heights[k], std::nullopt, std::nullopt};
    if (penalties) tuned.penalty = block.penalty(result.heights[k]);
    Heights alone = result.heights;
    alone[k] = 0;
    const TuneScore &before = search.scores().of(alone), &after = search.scores().of(result.heights);
    if (after.stage_interval <= search.interval()) tuned.saved = before.bytes - after.bytes;
    result.blocks.push_back(tuned);
  }
  const std::size_t count = search.blocks().size();
  result.full = search.scores().of(Heights(count, 0));
  result.sevens = search.scores().of(Heights(count, 7));
  result.tuned = search.scores().of(result.heights);
}

}  // namespace

namespace {

TuneResult tune_pipeline(const Network& network, const Device& device, const TuneOptions& options,
                         const std::vector<TuneBlock>& blocks) {
  TuneSearch search(network, device, options, blocks);
  TuneResult result = search.run();
  describe(result, search, options.penalties.has_value());
  EvaluateOptions evaluated = options.evaluate;
  if (options.goal == TuneGoal::throughput) evaluated.buffer_budget = options.buffer_budget;
  result.simulated = search.simulated();
  result.answer = evaluate(with_heights(network, result.heights), device, evaluated);
  return result;
}

/// Of one context, for the goals that ask for nothing else.
TuneOptions as_if_it_fits(TuneOptions options) {
  if (options.evaluate.fit == "contexts") options.evaluate.fit = "assume";
  options.evaluate.buffers = "full-rate";
  return options;
}

}  // namespace

TuneResult tune(const Network& network, const Device& device, const TuneOptions& options) {
  const std::vector<TuneBlock> blocks = blocks_of(network, options);
  TuneOptions pipeline = as_if_it_fits(options);
  pipeline.goal = options.goal.value_or(TuneGoal::memory);
  TuneResult result;
  if (pipeline.goal != TuneGoal::batch) result = tune_pipeline(network, device, pipeline, blocks);
  const bool only_as_if = !options.goal && options.evaluate.fit == "contexts" && !result.answer.plan.fit.fits;
  result.goal = only_as_if ? TuneGoal::batch : *pipeline.goal;
  if (result.goal == TuneGoal::batch) {
    result = tune_batch(network, device, options, blocks);
    result.goal = TuneGoal::batch;
  }
  result.buffer_budget = options.buffer_budget;
  result.max_penalty = options.max_penalty;
  result.combine = options.combine;
  result.has_penalties = options.penalties.has_value();
  result.large_tiles_only = options.heights.empty() && !options.penalties;
  return result;
}

}  // namespace rowflow

#include "sim/studies/tune/tune_scores.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/process_pool.hpp"
#include "sim/network/squeeze_excite.hpp"

namespace rowflow {

Network with_heights(const Network& network, const Heights& heights) {
  Network tiled = network;
  std::size_t block = 0;
  for (const Layer& layer : network.layers) {
    if (layer.config.type == LayerType::squeeze_excite) set_tile_height(tiled, layer.config.name, heights.at(block++));
  }
  return tiled;
}

TuneScores::TuneScores(const Network& network, const Device& device, const EvaluateOptions& options, int jobs)
    : network_(network), device_(device), options_(options), jobs_(std::max(1, jobs)) {}

TuneScore TuneScores::simulate_one(const Heights& choice) const {
  const Plan plan = plan_point(with_heights(network_, choice), device_, options_);
  TuneScore score{total_buffer_bytes(plan), on_chip_buffer_bytes(plan), plan.bounds.stage_interval, std::nullopt};
  if (!options_.buffer_budget || score.on_chip > *options_.buffer_budget) return score;
  const Measurement run = measure_interval(plan, options_.frames);
  if (run.completed && run.throughput.interval) score.interval = run.throughput.interval->value();
  return score;
}

void TuneScores::want(const std::vector<Heights>& choices) {
  std::set<Heights> distinct;
  for (const Heights& choice : choices) {
    if (!known_.count(choice)) distinct.insert(choice);
  }
  const std::vector<Heights> missing(distinct.begin(), distinct.end());
  const std::size_t parts = std::min(missing.size(), static_cast<std::size_t>(jobs_));
  const auto work = [&](std::size_t part) {
    nlohmann::json scores = nlohmann::json::array();
    for (std::size_t i = part; i < missing.size(); i += parts) {
      const TuneScore score = simulate_one(missing[i]);
      scores.push_back({score.bytes, score.on_chip, score.stage_interval,
                        score.interval ? nlohmann::json(*score.interval) : nlohmann::json()});
    }
    return json_text(scores);
  };
  for_each_in_children(parts, jobs_, work, [&](std::size_t part, const ChildOutcome& child) {
    if (child.input_fault) throw InputError("", child.death);
    if (!child.answered) throw Defect("a simulation of tile heights died: " + child.death);
    const auto scores = nlohmann::json::parse(child.answer);
    for (std::size_t i = part, n = 0; i < missing.size(); i += parts, ++n) {
      TuneScore score{scores[n][0].get<Bytes>(), scores[n][1].get<Bytes>(), scores[n][2].get<Cycles>(), std::nullopt};
      if (!scores[n][3].is_null()) score.interval = scores[n][3].get<double>();
      known_[missing[i]] = score;
    }
  });
}

const TuneScore& TuneScores::of(const Heights& choice) {
  want({choice});
  return known_.at(choice);
}

}  // namespace rowflow

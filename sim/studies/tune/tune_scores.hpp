// What choices of tile heights come to, simulated in child processes and remembered.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "sim/evaluate/evaluate.hpp"
#include "sim/metrics/tune_result.hpp"

namespace rowflow {

/// The network with these heights.
Network with_heights(const Network& network, const Heights& heights);

class TuneScores {
 public:
  /// Without a budget in the options: the depths of T14 full-rate; with one: depths within it, and their interval.
  TuneScores(const Network& network, const Device& device, const EvaluateOptions& options, int jobs);

  /// Simulates those that are not known yet, `jobs` at a time.
  void want(const std::vector<Heights>& choices);
  const TuneScore& of(const Heights& choice);
  int simulated() const { return static_cast<int>(known_.size()); }

 private:
  TuneScore simulate_one(const Heights& choice) const;

  const Network& network_;
  const Device& device_;
  EvaluateOptions options_;
  int jobs_;
  std::map<Heights, TuneScore> known_;
};

}  // namespace rowflow

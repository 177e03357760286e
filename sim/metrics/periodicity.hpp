// Rule T11: when the steady interval of a saturated run is proven.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// The states after frames `first` and `first + frames` are equal up to a shift by `cycles`.
struct Repeat {
  int first = 0;
  int frames = 0;
  Cycles cycles = 0;
};

class Periodicity {
 public:
  /// The state after the next frame: per stage the end of its last step, then per buffer the free times of its last
  /// slots, each replaced by max(itself, end of the producer). Not normalised; element 0 is the reference stage's.
  void add(std::vector<Cycles> state);

  /// The first repeat, once seen: proof that the regime is periodic from Repeat::first.
  const std::optional<Repeat>& repeat() const { return repeat_; }

  /// Whether state(f+p) ≤ state(f) + p·λ in every component for the newest frame f+p and some small p, for a λ that is
  /// a lower bound of the interval: proof that the interval is λ (T2 is monotone and additive in time).
  bool certifies(const Ratio& lower_bound) const;

  /// How many figures the states have together.
  std::int64_t stamps() const { return stamps_; }
  int frames() const { return static_cast<int>(states_.size()); }

 private:
  std::vector<std::vector<Cycles>> states_;
  std::unordered_multimap<std::size_t, int> frames_by_hash_;
  std::int64_t stamps_ = 0;
  std::optional<Repeat> repeat_;
};

}  // namespace rowflow

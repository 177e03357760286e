// What a context takes that holds one stretch of the pipeline: ever more exact, and ever longer to find.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/compile/lowering.hpp"
#include "sim/config/device.hpp"
#include "sim/mapper/options.hpp"
#include "sim/mapper/partition_bounds.hpp"
#include "sim/mapper/partition_memo.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

/// Longer than any stretch takes: it fits no context.
inline constexpr Cycles fits_no_context = std::numeric_limits<Cycles>::max() / 4;

/// The time of the first `frames` frames through the empty pipeline: the completion of the last (T19). Simulated up to
/// a number of frames, then continued with the proven interval. Nothing for a deadlock.
std::optional<Cycles> time_of_frames(const Plan& plan, int frames);

/// Times are those of the batch in the options (T19): switch, reload, frames. Equal stretches of a network with other
/// tile heights elsewhere are looked up in the options' memo.
class Stretches {
 public:
  /// Positions first … last − 1 in stages().
  using Interval = std::pair<int, int>;

  /// The arguments must outlive this. Throws InputError (lower, cost_models).
  Stretches(const Network& network, const Device& device, const EvaluateOptions& options);

  const Plan& whole() const { return whole_->plan; }
  const Lowered& lowered() const { return *whole_; }
  /// Stages of the whole that contexts are made of, in order.
  const std::vector<int>& stages() const { return stages_; }
  const Stage& stage_at(int position) const { return whole().stage(stages_[static_cast<std::size_t>(position)]); }

  /// Whether controllers and units suffice at any rate.
  bool possible(const Interval& interval) const { return bounds_->possible(interval.first, interval.second); }
  /// No context takes less (PartitionBounds).
  Cycles bounded(const Interval& interval);
  /// What the mapper's first allocation takes with unlimited buffers: a hundredth of the work of sizing them, and
  /// hardly less time. No bound: rarely the plan with its buffers has a faster allocation.
  Cycles allocated(const Interval& interval);
  /// With the best buffers, of large stretches those of the full rate, of large pipelines any that fit.
  PartitionMemo::Sized sized(const Interval& interval);
  /// Finds out in threads what allocated() or sized() will be asked for.
  void prepare_allocated(const std::vector<Interval>& intervals);
  void prepare_sized(const std::vector<Interval>& intervals);
  /// As sized(), with the depths that the options ask for.
  Plan planned(const Interval& interval, const PartitionMemo::Sized& sized) const;

 private:
  /// Positions of an SE block's first and last stage.
  struct BlockSpan {
    int first = 0, last = 0;
    Rows tile_height = 0;
  };

  std::vector<BlockSpan> block_spans() const;
  PartitionMemo::Stretch key_of(const Interval& interval) const;
  /// Finds in threads what the memo does not know.
  template <typename Value>
  void prepare(std::map<PartitionMemo::Stretch, Value>& known, const std::vector<Interval>& intervals,
               Value (Stretches::*find)(const Interval&) const);
  Cycles allocate(const Interval& interval) const;
  PartitionMemo::Sized size(const Interval& interval) const;
  /// Nothing for a deadlock.
  std::optional<Cycles> time_of(const Plan& plan) const;
  Cycles with_overhead(Bytes weights, Cycles compute) const;
  EvaluateOptions options_of(const Interval& interval) const;
  EvaluateOptions search_options(const Interval& interval) const;
  Rows steps_of(const Interval& interval) const;

  const Network& network_;
  const Device& device_;
  const EvaluateOptions& options_;
  const std::shared_ptr<PartitionMemo> memo_;
  const std::shared_ptr<const Lowered> whole_;
  const std::vector<int> stages_;
  const std::vector<BlockSpan> blocks_;
  Lowered timed_;  ///< with the latencies of its stages
  std::vector<CostModel> models_;
  std::optional<PartitionBounds> bounds_;
  const bool brief_;
};

}  // namespace rowflow

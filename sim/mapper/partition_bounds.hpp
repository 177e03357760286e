// Lower bounds on the time that stretches of a pipeline take as contexts of their own, without mapping them.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "sim/compile/physical.hpp"
#include "sim/config/device.hpp"
#include "sim/mapper/allocation.hpp"
#include "sim/mapper/ceilings.hpp"

namespace rowflow {

class PartitionBounds {
 public:
  /// Of the stages of cuttable_stages(lowered.plan), with their cost models; index of `models` = Plan::stages. All
  /// must outlive this.
  PartitionBounds(const Lowered& lowered, const std::vector<CostModel>& models, const Device& device);

  /// Whether some allocation of stages first … last − 1 keeps to the ceilings. If not, none of more stages does.
  bool possible(int first, int last) const { return level_of(first, last).has_value(); }

  /// No allocation within the ceilings takes `frames` frames through the empty pipeline in less time: of every stage,
  /// the wait for its first rows, its work on all frames, and what must follow its last step.
  Cycles time_of_frames(int first, int last, int frames);

  Bytes weight_bytes(int first, int last) const { return weights_[at(last)] - weights_[at(first)]; }
  bool single_layer(int first, int last) const;

 private:
  /// Of one interval on a grid, sums over the stages in front of each.
  struct Level {
    Cycles interval = 0;
    std::vector<std::int64_t> subclusters, controllers, too_slow;
  };
  /// A stage with so many subclusters: Σ cost of the steps in front of each, and of all.
  using Sums = std::vector<Cycles>;

  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  bool fits(const Level& level, int first, int last) const;
  /// The fastest level that fits; an allocation has at most the subclusters of the level before.
  std::optional<std::size_t> level_of(int first, int last) const;
  const Sums& sums_of(int stage, Cycles interval);
  Cycles row_at(int stage, Rows row);
  void set_heads();
  void set_tails();

  const Plan& plan_;
  const std::vector<CostModel>& models_;
  PhysicalRules rules_;
  std::vector<PhysicalStage> physical_;
  std::vector<int> stages_;
  std::vector<Level> levels_;  ///< ascending
  std::vector<Bytes> weights_;
  std::vector<int> layers_;
  std::int64_t chip_subclusters_ = 0, chip_controllers_ = 0;
  CeilingShares shares_;
  std::map<std::pair<int, std::int64_t>, Sums> known_sums_;

  // Of the stretch under way, by stage of the plan: nullptr outside it.
  std::vector<const Sums*> sums_;
  std::map<std::pair<int, std::size_t>, Cycles> known_rows_;  ///< by stage and step
  std::vector<Cycles> head_, tail_;  ///< earliest start of step 0; least time from the end of the last step on
  int first_ = 0, last_ = 0;
};

}  // namespace rowflow

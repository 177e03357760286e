// How many subclusters each stage gets.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/compile/cost.hpp"
#include "sim/compile/physical.hpp"

namespace rowflow {

/// Subclusters and controllers that an allocation may use; 0 = no limit.
struct Budget {
  std::int64_t subclusters = 0, controllers = 0;
};

struct Allocation {
  std::vector<std::int64_t> subclusters;                      ///< by stage, without joins; 0 where none are counted
  std::vector<std::int64_t> parts;                            ///< physical layers by stage
  std::vector<std::int64_t> copies;                           ///< fan-out copies behind each stage
  std::int64_t total_subclusters = 0, total_controllers = 0;  ///< with splitters, joins and copies
  Cycles interval = 0;                                        ///< that it was balanced for,
  Cycles reached = 0;                                         ///< and that of its slowest stage
};

/// Fixed by the user: by stage index.
using FixedSubclusters = std::map<std::size_t, std::int64_t>;

/// What a stage takes at least with an interval of at most so many cycles: subclusters and controllers, splitters and
/// joins included. None where no number of subclusters reaches it.
struct StageDemand {
  std::int64_t subclusters = 0, controllers = 0;
};
std::optional<StageDemand> least_demand(const CostModel& model, const PhysicalStage& stage, Cycles interval);

class Allocator {
 public:
  Allocator(const Plan& plan, const std::vector<CostModel>& models, const std::vector<PhysicalStage>& stages,
            const PhysicalRules& rules, FixedSubclusters fixed);

  /// The balanced allocation: the smallest interval B ≥ `at_least` for which every stage, with the fewest subclusters
  /// that reach B (and hold its weights in L2, when `weights_in_l2`), stays within the budget together with all the
  /// others. False when none does. `beyond`: B may be less than what the slowest stage reaches with all that it may
  /// have, which then has the fewest that are as fast.
  bool balance(const Budget& budget, bool weights_in_l2, Cycles at_least, Allocation& best, bool beyond = false) const;

  /// Every stage with the fewest subclusters there can be.
  Allocation least() const { return at(slowest_, false); }

 private:
  Allocation at(Cycles interval, bool weights_in_l2) const;

  const Plan& plan_;
  const std::vector<CostModel>& models_;
  const std::vector<PhysicalStage>& stages_;
  const PhysicalRules& rules_;
  FixedSubclusters fixed_;
  Cycles fastest_ = 0,
         slowest_ = 0;  ///< no allocation is faster than fastest_; slowest_ is what the fewest subclusters give
};

}  // namespace rowflow

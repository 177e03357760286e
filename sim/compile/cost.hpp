// Rule T8: what a step costs. All integers; every figure comes from the device or from the user's own costs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/compile/lowering.hpp"
#include "sim/compile/user_costs.hpp"

namespace rowflow {

/// Steps that cost the same whatever the subclusters do.
struct StepGroup {
  Cycles stream = 0;  ///< largest of the ports'
  Rows steps = 0;
};

/// The cost of a stage's steps as a function of its subclusters n: max(⌈MACs·1000 / (n·rate)⌉, ⌈weights·1000 /
/// (n·weight rate)⌉, stream) + overhead.
struct CostModel {
  Macs macs_per_step = 0;  ///< or taps of stages without MACs; 0: the subclusters do not matter
  std::int64_t rate = 1;   ///< of these per subcluster-cycle × 1000
  Bytes weights_per_step = 0;
  std::int64_t weight_rate = 0;  ///< bytes per subcluster-cycle × 1000; 0 = unlimited
  Cycles overhead = 0;
  std::vector<Cycles> stream;     ///< by step
  std::vector<StepGroup> groups;  ///< with the least stream first

  Cycles compute(std::int64_t subclusters) const;
  Cycles step(std::size_t step, std::int64_t subclusters) const;
  Cycles interval(std::int64_t subclusters) const;  ///< Σ over the steps of a frame

  /// Fewest subclusters in [1, most] with which interval() is ≤ `at_most`, or as short as with `most`.
  std::int64_t fewest_subclusters(Cycles at_most, std::int64_t most) const;

 private:
  Cycles longest_compute(Cycles at_most) const;
};

/// Cost models of all stages, and latencies written into them. User costs replace T8 for their stages and are named in
/// the plan's warnings. Throws InputError when a user cost names neither stage nor layer.
std::vector<CostModel> cost_models(Lowered& lowered, const Device& device, const std::map<std::string, UserCost>& costs,
                                   ParameterUse& use);

/// Writes Stage::cost and Stage::subclusters.
void apply_costs(Plan& plan, const std::vector<CostModel>& models, const std::vector<std::int64_t>& subclusters);

}  // namespace rowflow

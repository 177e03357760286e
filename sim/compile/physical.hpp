// From subclusters to physical layers: what a stage takes of the device's resources.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/compile/lowering.hpp"

namespace rowflow {

/// SplitCost, resolved.
struct SplitRule {
  std::int64_t subclusters = 1, controllers = 1, max_parts = 0;
};

/// The device's rules for physical layers, resolved. A limit of 0 = none.
struct PhysicalRules {
  std::int64_t max_subclusters = 1;        ///< of one physical layer
  std::int64_t max_fan_out = 0;            ///< physical layers that an output feeds without a copy
  Bytes l2_bytes = 0;                      ///< weights that one subcluster holds
  Bytes max_weight_bytes = 0;              ///< of one physical layer
  Bytes cut_bytes = 1;                     ///< unit of L3
  std::int64_t transfer_width = 0;         ///< elements a cycle between clusters (T5); 0 = any
  std::vector<std::string> unsplit;        ///< kinds that stay one physical layer
  std::map<std::string, SplitRule> split;  ///< by kind; others take a join
  std::vector<std::string> rated;          ///< kinds without MACs whose subclusters matter all the same
};

PhysicalRules physical_rules(const Device& device, ParameterUse& use);

/// What every stage is, as far as physical layers go. Index = Plan::stages.
struct PhysicalStage {
  bool counted = false;   ///< takes subclusters and controllers at all: not source, sinks, stages of memory levels
  std::int64_t most = 1;  ///< subclusters it may have; 1 for stages without MACs that may not be split
  std::int64_t most_of_part = 1;                              ///< subclusters that one physical layer may have
  std::int64_t parts_for_weights = 1;                         ///< physical layers that its weights need
  std::int64_t max_parts = 0;                                 ///< physical layers that it may be; 0 = any number
  std::int64_t split_subclusters = 1, split_controllers = 1;  ///< more, once it is several
  Bytes weight_bytes = 0;
};

/// `most` is at most `chip_subclusters`.
std::vector<PhysicalStage> physical_stages(const Lowered& lowered, const PhysicalRules& rules,
                                           std::int64_t chip_subclusters);

/// Subclusters that hold the stage's weights in L2, as far as the physical layers of `subclusters` (at least) may have
/// so many.
std::int64_t for_weights_in_l2(const PhysicalStage& stage, const PhysicalRules& rules, std::int64_t subclusters);

/// Physical layers of a stage with so many subclusters.
std::int64_t physical_layers(const PhysicalStage& stage, std::int64_t subclusters);

/// Copies needed behind each stage's output, from the physical layers of its consumers.
std::vector<std::int64_t> fan_out_copies(const Plan& plan, const PhysicalRules& rules,
                                         const std::vector<std::int64_t>& parts);

/// Whether the stage exists only because of a memory level or of an edge between clusters (T15, T5).
bool is_transport(const Stage& stage);

}  // namespace rowflow

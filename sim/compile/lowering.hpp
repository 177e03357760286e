// Rule T7: layers become stages and row buffers. Costs, mapping and capacities are later passes.
#pragma once

#include <string>
#include <vector>

#include "sim/config/device.hpp"
#include "sim/network/network.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// What later passes need to know of a stage beyond the plan.
struct StageOrigin {
  int layer = network_input;  ///< index in the network; an input's for sources, network_input for sinks and stages of
                              ///< memory levels
  Bytes weight_bytes = 0;
  std::int64_t kernel_height = 1,
               group_channels = 0;  ///< of convolutions, for their rate (T8); input channels of a group
  int weight_bits = 8;
  Bytes step_weight_bytes = 0;  ///< weights read in a step
  Macs step_taps = 0;           ///< values read in a step, of pools and squeezes
  bool divides = false;         ///< the first FC behind a cumulative squeeze: a factor of its own a tile (T24)
  Elements row_elements = 0;    ///< of a whole row of output: its ports may be channel slices
};

struct Lowered {
  Plan plan;                        ///< stages and buffers without costs and capacities; SE blocks with their indices
  std::vector<StageOrigin> origin;  ///< index = Plan::stages
};

/// Layers from which no output can be reached get no stage; the plan warns of them.
/// An SE layer <layer> becomes <layer>.squeeze, .reduce (two FCs), .expand, .broadcast (device switch), .scale.
/// In mode static it becomes no stage: its readers have the rows of the map that it scales.
Lowered lower(const Network& network, const Device& device);

}  // namespace rowflow

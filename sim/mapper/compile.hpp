// Network + Device → Plan: rules T1–T8 turned into numbers. Pure: no simulation, no output, no state.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sim/compile/cut_pipeline.hpp"
#include "sim/compile/user_costs.hpp"
#include "sim/config/device.hpp"
#include "sim/config/mapping_file.hpp"
#include "sim/network/network.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// What of the device is used beyond what the interval needs.
enum class Spare {
  if_as_fast,  ///< as many subclusters as hold a layer's weights in L2, when that is not the slower allocation
  for_l2,      ///< those, even if it is
  all,         ///< all that the ceilings give, for stages that are not the slowest: they wait less for each other
};

class PlacementMemo;

struct CompileOptions {
  BufferPolicy buffer_policy = BufferPolicy::minimal;  ///< or unlimited (capacity 0: for sizing runs)
  std::string fit = "assume";                          ///< assume | require | contexts; recorded in Plan::fit
  std::map<std::string, Rows> capacities;              ///< by buffer name; override the policy
  std::map<std::string, UserCost> costs;               ///< by stage or layer name; the stage's own entry wins
  std::map<std::string, MappedLayer> mapping = {};     ///< by stage or layer name; the stage's own entry wins
  std::map<std::string, MemoryLevel> levels = {};      ///< by buffer name: L4 or host, for buffers outside L3 (T15)
  std::map<std::string, Bytes> buffer_bytes =
      {};                 ///< by buffer name: what it is known to take of L3, for the placement
  double target_fps = 0;  ///< no stage gets more subclusters than this rate needs; 0: as many as there is room for
  Spare spare = Spare::if_as_fast;
  std::map<std::string, int> extra_subclusters =
      {};  ///< by stage name, beyond the balanced allocation and its ceilings
  /// One of several contexts (T17): that stretch of the pipeline alone, within the ceilings for several contexts.
  std::optional<PipelinePart> part = {};
  std::shared_ptr<PlacementMemo> placements = {};  ///< of plans before this one; changes no answer
};

/// Throws InputError for names in the options that the plan does not have. That it does not fit is a value: Plan::fit.
Plan compile(const Network& network, const Device& device, const CompileOptions& options = {});

/// The pipeline as it was lowered, with what is known without costs: network, device, SE blocks with their metric.
Plan described(const Lowered& whole, const Network& network, const Device& device);

}  // namespace rowflow

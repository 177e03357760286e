// The compiled pipeline: rules T1–T8 turned into numbers. Everything that a simulation needs, and all that its report
// says about the network and the device; nothing downstream looks at either again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/memory_level.hpp"
#include "sim/base/stage_kind.hpp"
#include "sim/base/units.hpp"
#include "sim/plan/energy_figures.hpp"
#include "sim/plan/fit_verdict.hpp"
#include "sim/plan/goal.hpp"

namespace rowflow {

/// Rows a stage takes from one row buffer (rule T1). All figures are cumulative per frame and never decrease;
/// releases[i] ≤ needs[i]; on the last step both equal the buffer's rows_per_frame.
struct StageInput {
  int buffer = -1;             ///< index into Plan::buffers
  std::vector<Rows> needs;     ///< rows of this frame that must be visible before step i starts
  std::vector<Rows> releases;  ///< rows of this frame no longer needed after step i
};

/// Rows a stage writes to one row buffer: emits[i] = rows of this frame written by the end of step i, cumulative.
struct StageOutput {
  int buffer = -1;
  std::vector<Rows> emits;
};

/// A cyclo-static dataflow actor over rows (rule T1).
struct Stage {
  std::string name;   ///< unique; "<layer>" or "<layer>.<part>"
  std::string layer;  ///< the network layer it belongs to ("source" and "sink…" stand for themselves)
  StageKind kind = StageKind::conv;
  Cycles latency = 0;        ///< delays data, never occupancy (T3)
  std::vector<Cycles> cost;  ///< per step; its size is the number of steps N of a frame
  Macs macs_per_step = 0;
  Bytes weight_bytes = 0;
  Bytes step_weight_bytes = 0;  ///< weights read in a step
  int subclusters = 0;          ///< of all its physical layers, without the join
  int physical_layers = 1;      ///< more than one: split over its output channels, with a join behind them
  int cluster = -1;             ///< where its output leaves; -1: nowhere (source, sinks, stages of memory levels)
  int split_subclusters = 0,
      split_controllers = 0;       ///< that its being several physical layers takes beyond them: splitters, joins
  std::vector<int> part_clusters;  ///< of its physical layers; empty: all in `cluster`
  std::vector<StageInput> inputs;
  std::vector<StageOutput> outputs;

  std::size_t steps() const { return cost.size(); }
};

enum class BufferRole { straight, se_bypass, vector, skip, transfer };
std::string_view to_string(BufferRole role);

/// Capacity of a buffer that never blocks its producer; only in sizing runs.
inline constexpr Rows unlimited_rows = 0;

/// Row forwarding across a buffer (rule T16): what the two ends know of each other's beats, the parts of a row; cycles.
struct Forwarding {
  bool whole = false;  ///< the consumer reads the row more than once: no forwarding of data, only of space
  Cycles first = 0;    ///< producer: from the start of its step until its first beat leaves
  Cycles lead = 0;   ///< from the first beat until the consumer's first result has all it reads, at the producer's pace
  Cycles setup = 0;  ///< consumer: cycles of its step before it looks at data
  Cycles tail = 0;   ///< consumer: from the arrival of the row's last beat to the end of its step, at least
  Cycles first_free = 0;  ///< consumer: from the start of its step until it frees its first beat
  Cycles head_start = 0;  ///< how much before space is freed the producer's step may start
  Cycles last_free = 0;   ///< from the end of the freeing step to the end of the producer's, at least; may be negative
  Rows held_rows = 0;     ///< whole rows that registers between the two hold beyond the capacity
};

/// Finite, point to point, in rows of the producer's output (rule T5).
struct Buffer {
  std::string name;  ///< unique; "<producer stage>-><consumer stage>"
  int from = -1;     ///< index of the producing stage
  int to = -1;       ///< index of the consuming stage
  BufferRole role = BufferRole::straight;
  MemoryLevel level = MemoryLevel::l3;  ///< that holds it
  Rows rows_per_frame = 0;
  Rows capacity_rows = unlimited_rows;
  Elements row_elements = 0;             ///< width × channels
  int bits = 8;                          ///< per element
  Bytes row_bytes = 0;                   ///< ⌈row_elements·bits/8⌉
  Cycles transfer_latency = 0;           ///< T3
  Cycles credit_latency = 0;             ///< T4
  std::optional<Forwarding> forwarding;  ///< T16; absent: T2–T4 as they stand
  std::int64_t cuts =
      0;  ///< of its level, at all its ends together; 0 while the capacity is not known, and on the host
  bool prefetch = false;  ///< from a memory level (T15): sizing leaves its capacity as the mapping gave it
};

/// Where the capacities come from (T14): a file's, or smaller ones to stay within a budget; unlimited only in sizing
/// runs.
enum class BufferPolicy { minimal, full_rate, best, file, budget, unlimited, end };

template <>
struct EnumNames<BufferPolicy> {
  static constexpr std::string_view of[] = {"minimal", "full-rate", "best", "file", "budget", "unlimited"};
};

/// For nlohmann::json: the name.
template <class Json>
void to_json(Json& json, const BufferPolicy& policy) {
  json = to_string(policy);
}

/// When the source may offer rows (rule T6): row r of frame f no earlier than
/// f·frame_period + r·row_interval + ⌊r·row_remainder/rows⌋, rows = the source's steps. All 0 = saturated.
/// The last term spreads rows evenly over a period that the row count does not divide (T14).
struct SourcePacing {
  Cycles frame_period = 0;
  Cycles row_interval = 0;
  Cycles row_remainder = 0;
};

/// One demand of the mapping against the device. A resource that is short has demand > limit.
struct ResourceUse {
  std::string name;   ///< "controllers", "subclusters", "weight_bytes", …
  std::string scope;  ///< "chip" or "cluster 3"
  std::int64_t demand = 0;
  std::int64_t limit = 0;
};

/// What the stages and buffers in one cluster take, or what a cluster has (0 = no limit).
struct ClusterUse {
  std::int64_t subclusters = 0, controllers = 0, activation_units = 0, input_aligners = 0;
  std::int64_t weight_cuts = 0, buffer_cuts = 0;  ///< of L3; as a limit: weight_cuts is all of L3
};

/// Adds resource by resource, or with sign −1 takes away.
void add_use(ClusterUse& sum, const ClusterUse& use, int sign = 1);

/// Where everything went. Clusters beyond the device's own are there when it is too small.
struct Mapping {
  std::vector<ClusterUse> clusters;
  ClusterUse limit;  ///< of each cluster
  int device_clusters = 0;
  std::int64_t joins = 0,
               copies = 0;  ///< physical layers inserted for splitting and for fan-out; counted in `clusters`
  ClusterUse least;         ///< of the chip: what every allocation of these stages takes at least (no cuts)
  Bytes cut_bytes = 1;
  Bytes weight_bytes = 0, l2_weight_bytes = 0;        ///< all; those that L2 holds
  Bytes l2_bytes = 0;                                 ///< of the chip
  std::int64_t l4_cuts = 0;                           ///< limits: of the chip, …
  std::int64_t l3_limit_cuts = 0, l4_limit_cuts = 0;  ///< … of a row buffer in that level; 0 = none
};

/// All clusters together.
ClusterUse chip_use(const Mapping& mapping);

/// The fewest contexts that could hold these demands: only what the chip as a whole lacks counts, and neither what
/// another placement (a single cluster's, the number of clusters) nor shallower buffers (cuts, bytes of rows) could do
/// with.
int least_contexts(const std::vector<ResourceUse>& resources);

/// How the plan relates to the device's resources.
struct Fit {
  std::string mode = "assume";  ///< assume | require | contexts
  bool fits = true;
  int contexts = 1;  ///< at least so many would be needed
  std::vector<ResourceUse> resources;
  std::vector<ResourceUse> impossible;  ///< demands of every allocation and placement, beyond what the device has
};

/// Impossible when a demand says so, not found when only this plan does not fit.
FitVerdict verdict(const Fit& fit);

/// One SE or TSE block as compiled: which stages and buffers are its own, and its share of the published buffering
/// metric.
struct SeBlock {
  std::string layer;
  Rows height = 0;                   ///< H of the pooled map
  Elements width = 0, channels = 0;  // of the scaled map, which is what waits (LR-ASPP pools another)
  Elements skip_channels = 0;        ///< C_skip of the pipeline buffering metric
  Rows tile_height = 0;              ///< as asked; 0 = full
  Rows tile_height_effective = 0;    ///< min(T, H); = H means plain SE
  bool cumulative = false;           ///< each tile's mean is that of all rows up to its end (T24)
  Elements buffering_elements = 0;   ///< t·W·(C + C_skip)
  int squeeze = -1, scale = -1;      ///< stage indices
  std::vector<int> excite;           ///< reduce, expand, broadcast stages
  int bypass = -1;                   ///< buffer that holds the feature map until its vector arrives
  Macs excite_macs = 0;              ///< of the FCs, per frame
};

struct InputSummary {
  std::string name;
  Rows height = 0;
  Elements width = 0, channels = 0;
};

struct NetworkSummary {
  std::string name;
  Rows height = 0;
  Elements width = 0, channels = 0;
  Macs macs = 0;
  std::int64_t parameters = 0;
  int layers = 0;
  std::vector<InputSummary> further_inputs = {};  ///< of a network with several, all but the first
};

struct DeviceSummary {
  std::string name;
  std::int64_t clock_hz = 0;
  std::optional<EnergyFigures> energy = std::nullopt;  ///< if the device says any
};

/// Analytic lower bounds, printed beside simulated figures.
struct Bounds {
  Cycles stage_interval = 0;   ///< largest Σ cost of any stage
  std::string stage;           ///< the stage that has it
  Cycles min_latency = 0;      ///< longest path of structurally necessary delays for one frame
  Cycles device_interval = 0;  ///< of any allocation on this device; 0: none of those that there are fits it
  Cycles link_interval = 0;    ///< the largest Σ cost of source and sinks, and of shared memory levels (T15)
};

/// What runs: stages, and the row buffers between them. Stages and buffers name each other by index.
struct Pipeline {
  std::vector<Stage> stages;  ///< in topological order; the source first
  std::vector<Buffer> buffers;
  int source = 0;  ///< index of the stage of kind source
  SourcePacing pacing;
  std::vector<SeBlock> se_blocks;

  Stage& stage(int index) { return stages[static_cast<std::size_t>(index)]; }
  const Stage& stage(int index) const { return stages[static_cast<std::size_t>(index)]; }
  Buffer& buffer(int index) { return buffers[static_cast<std::size_t>(index)]; }
  const Buffer& buffer(int index) const { return buffers[static_cast<std::size_t>(index)]; }
};

/// What is on the device at the same time: a pipeline, where it lies and how that fits. A plan has one today.
struct Context : Pipeline {
  Mapping mapping;
  Fit fit;
  Bounds bounds;
};

/// What a plan was made of.
struct Provenance {
  NetworkSummary network;
  DeviceSummary device;
  std::string tile_height;  ///< "full", an integer, or "mixed"
  BufferPolicy buffer_policy = BufferPolicy::minimal;
  Goal goal = Goal::throughput;       ///< of policy best
  double target_fps = 0;              ///< that the allocation is made for; 0: the most there is
  std::vector<std::string> assumed;   ///< device parameters marked assumed that entered this plan
  std::vector<std::string> warnings;  ///< for the user, e.g. operators accepted as free
};

struct Plan : Context, Provenance {};

/// Throws Defect, naming stage or buffer, when the plan breaks rule T1 or its indices do not agree.
void check_plan(const Plan& plan);

/// Index of the stage or buffer of that name, or -1.
int find_stage(const Plan& plan, std::string_view name);
int find_buffer(const Plan& plan, std::string_view name);

/// The buffers that a block's feature map waits in: its bypass, or, where that lies in another memory level (T15), with
/// those from the producer to its store and from its load to the consumer.
std::vector<int> bypass_buffers(const Plan& plan, const SeBlock& block);

/// Σ cost of one frame: the stage's own lower bound on the interval.
Cycles stage_interval(const Stage& stage);

/// Σ over buffers of capacity_rows·row_bytes.
Bytes total_buffer_bytes(const Plan& plan);

/// The same of the buffers that take memory of the device: not of those in the host's (T15). What a memory budget is
/// held against.
Bytes on_chip_buffer_bytes(const Plan& plan);

/// Pacing that spreads the frame's rows evenly over `frame_period` (T14): row r of frame f at f·P + ⌊r·P/rows⌋.
SourcePacing even_pacing(Cycles frame_period, Rows rows);

}  // namespace rowflow

// A device as described by configs/devices/*.json. Nothing about any chip is in code: costs, capacities and overheads
// come from here.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/stage_kind.hpp"
#include "sim/base/units.hpp"

namespace rowflow {

/// One figure with its provenance. JSON: {"value": V, "source": "…"}, or {"value": V, "assumed": "why", "low": L,
/// "high": H}, or V alone: a decision of the file's author, neither public nor assumed.
struct Parameter {
  std::string name;  ///< its JSON pointer in the device file without the leading slash ("rates/depthwise")
  std::int64_t value = 0;
  std::string source;  ///< public source, or the reason of the assumption; empty of a number alone
  bool assumed = false;
  std::int64_t low = 0, high = 0;  ///< plausible range; both = value when not assumed
};

/// Names of the assumed parameters that a computation read.
class ParameterUse {
 public:
  std::int64_t operator()(const Parameter& parameter);
  /// Sorted, unique.
  std::vector<std::string> assumed() const;

 private:
  std::map<std::string, bool> read_;
};

/// Where weights and row buffers live. Everything but L2 comes in cuts of one size. A limit of 0 = none.
struct MemoryLevels {
  Parameter cut_bytes;                   ///< the unit of allocation of L3 and L4
  Parameter l2_bytes_per_subcluster;     ///< weights of the layer that owns the subcluster
  Parameter l3_cuts_per_cluster;         ///< weights beyond L2, and row buffers
  Parameter l4_cuts;                     ///< of the chip; row buffers
  Parameter l3_limit_cuts;               ///< a row buffer of more cuts goes to L4
  Parameter l4_limit_cuts;               ///< a row buffer of more cuts goes to the host
  Parameter max_weight_cuts_per_layer;   ///< weights of one physical layer; more are split
  Parameter l4_bytes_per_kilocycle;      ///< bandwidth, per direction; 0 = unlimited (T15)
  Parameter weight_bytes_per_kilocycle;  ///< that a subcluster reads: a step reads all weights of its layer; 0 =
                                         ///< unlimited (T8)
  Parameter l4_latency, host_latency;    ///< cycles from a written row to its being readable (T15)
};

/// What it costs to split a layer of some kind into several physical layers: splitters and joins, whatever the number
/// of parts.
struct SplitCost {
  Parameter subclusters, controllers;  ///< more than the parts take
  Parameter max_parts;
};

/// How much of the chip an allocation may use, in percent: a setting of the compiler.
struct Ceilings {
  Parameter compute, control;  ///< of the subclusters, of the controllers
};

/// What it takes to run a network in several contexts, one after another (T19–T22).
struct ContextFigures {
  Parameter context_switch;      ///< nanoseconds from the end of a context to the start of loading the next
  Parameter reload_per_byte;     ///< picoseconds a byte of weights on the device
  Parameter stored_weight_bits;  ///< of 8 bits of weights as they cross the link: reloading is never faster than it
  Parameter host_overhead;       ///< nanoseconds an inference at queue depth 1, outside the chip (T22)
  bool reload_overlap = false;   ///< weights of the next context load while this one computes
};

/// What a device says of its energy: W = static + energy of a MAC × MACs a second. The shares of MACs and memories in
/// the second term are told by relative weights, in any unit.
struct EnergyCosts {
  Parameter static_milliwatts, femtojoules_per_mac;
  Parameter mac, l2_byte, l3_byte, l4_byte, link_byte;  ///< of "shares"
};

/// Rates are MACs per subcluster-cycle × 1000; widths are elements per cycle and port; keyed by stage kind (T8).
/// A stage kind without an entry uses the entry "default".
struct Device {
  std::string file, name, description;
  Parameter clock_hz;

  Parameter clusters, subclusters_per_cluster, controllers_per_cluster;
  Parameter activation_units_per_cluster, input_aligners_per_cluster;  ///< 0 = no limit
  Parameter max_subclusters_per_layer;                                 ///< of one physical layer
  Parameter max_fan_out;             ///< physical layers that one output feeds without a fan-out copy; 0 = any number
  std::vector<std::string> unsplit;  ///< stage kinds whose layers stay one physical layer
  /// By stage kind; others with MACs take a join, others without stay one physical layer. Of kinds without MACs, which
  /// have a rate all the same (pool, squeeze), a physical layer has one subcluster.
  std::map<std::string, SplitCost> split;
  Parameter macs_per_subcluster;      ///< peak, per cycle; for utilisation figures only
  Parameter compute_ceiling_percent;  ///< share of the subclusters an allocation may use
  Parameter control_ceiling_percent;  ///< share of the controllers
  /// By name: in place of the two ceilings. The compute ceiling of "default" is that of allocations which leave weights
  /// outside L2: what compute_ceiling_percent adds to it is there to hold weights. Those of "contexts" are for
  /// several contexts (T18); absent: the two ceilings.
  std::map<std::string, Ceilings> compile_modes;

  /// conv, pointwise, depthwise, depthwise_large (kernels higher than 3; absent: as depthwise), vector_fc,
  /// fully_connected, and grouped_per_channel: of a grouped convolution, times the input channels of a group, at most
  /// the rate of conv. pool and squeeze, which have no MACs: taps read (absent: only their streams take time).
  std::map<std::string, Parameter> rates;
  /// Percent of a rate that is left with more bits, by "activations_16", "weights_16", "weights_4"; absent: 100.
  /// Streams of 16-bit rows take twice as long if the first is there.
  std::map<std::string, Parameter> precision;
  std::map<std::string, Parameter> widths;        ///< stream width by stage kind
  std::map<std::string, Parameter> row_overhead;  ///< cycles a step, by stage kind
  std::map<std::string, Parameter> latency;       ///< T3, cycles, by stage kind

  Parameter transfer_latency;  ///< T3, of a buffer between clusters
  Parameter transfer_width;    ///< T5, elements a cycle of an edge between clusters; 0 = unlimited, no transfer stages
  Parameter credit_latency;    ///< T4

  Parameter reciprocal_per_tile;  ///< T24, cycles: another factor 1 / (rows · W) in the first FC behind a cumulative
                                  ///< squeeze; 0 in a device that says nothing of it

  bool fused_add = true;        ///< T7
  bool broadcast_stage = true;  ///< T7
  bool free_slice = true;       ///< T7: a channel slice is a port of its reader, no stage
  bool row_forwarding = false;  ///< T16

  ContextFigures contexts;  ///< of devices that say nothing of it: all 0 but 8 stored bits

  MemoryLevels memory;
  Parameter input_link_bytes_per_kilocycle;  ///< 0 = unlimited (T6); bytes per 1000 cycles
  Parameter output_link_bytes_per_kilocycle;
  std::optional<EnergyCosts> energy;  ///< absent: no energy is told

  /// Of the map for that kind, or its "default" entry.
  const Parameter& of_kind(const std::map<std::string, Parameter>& map, std::string_view kind) const;
  const Parameter& of_kind(const std::map<std::string, Parameter>& map, StageKind kind) const {
    return of_kind(map, to_string(kind));
  }
};

/// Reads a device file with what it builds on (strict; throws InputError with file, pointer, found, expected).
Device read_device(const std::string& path);

/// The same from a document, perhaps changed by its reader (sweeps vary single figures); `file` is named in messages.
Device device_from(const nlohmann::json& document, const std::string& file);

}  // namespace rowflow

// A device as described by configs/devices/*.json. Nothing about any chip is in code: costs, capacities and overheads come from here.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/base/units.hpp"

namespace rowflow {

/// One figure with its provenance. JSON: {"value": V, "source": "…"} or {"value": V, "assumed": "why", "low": L, "high": H}.
struct Parameter {
  std::string name;  ///< its JSON pointer in the device file without the leading slash ("rates/depthwise")
  std::int64_t value = 0;
  std::string source;  ///< public source, or the reason of the assumption
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

/// Rates are MACs per subcluster-cycle × 1000; widths are elements per cycle and port; keyed by stage kind (T8).
/// A stage kind without an entry uses the entry "default".
struct Device {
  std::string file, name, description;
  Parameter clock_hz;

  Parameter clusters, subclusters_per_cluster, controllers_per_cluster;
  Parameter max_subclusters_per_layer;  ///< of one physical layer
  Parameter macs_per_subcluster;        ///< peak, per cycle; for utilisation figures only
  Parameter compute_ceiling_percent;    ///< share of the subclusters an allocation may use

  std::map<std::string, Parameter> rates;         ///< conv, pointwise, grouped, depthwise, vector_fc, fully_connected
  std::map<std::string, Parameter> widths;        ///< stream width by stage kind
  std::map<std::string, Parameter> row_overhead;  ///< cycles a step, by stage kind
  std::map<std::string, Parameter> latency;       ///< T3, cycles, by stage kind

  Parameter transfer_latency;  ///< T3, of a buffer between clusters
  Parameter credit_latency;    ///< T4

  bool fused_add = true;        ///< T7
  bool broadcast_stage = true;  ///< T7
  bool row_forwarding = false;  ///< T16

  Parameter weight_memory_bytes;             ///< on chip, all levels that hold weights
  Parameter buffer_memory_bytes;             ///< on chip, for weights and row buffers together
  Parameter input_link_bytes_per_kilocycle;  ///< 0 = unlimited (T6); bytes per 1000 cycles
  Parameter output_link_bytes_per_kilocycle;

  /// Of the map for that kind, or its "default" entry.
  const Parameter& of_kind(const std::map<std::string, Parameter>& map, const std::string& kind) const;
};

/// Reads a device file (strict; throws InputError with file, pointer, found, expected).
Device read_device(const std::string& path);

/// The same from a document, perhaps changed by its reader (sweeps vary single figures); `file` is named in messages.
Device device_from(const nlohmann::json& document, const std::string& file);

}  // namespace rowflow

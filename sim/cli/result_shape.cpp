#include "sim/cli/result_shape.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

/// Types by name, "or"-ed; a key that ends in "?" may be missing or null, the key "*" stands for all; of an array, each
/// element's type.
const char* const shape = R"({
  "schema": "text", "version": "text",
  "network": {"name": "text", "input": {"height": "number", "width": "number", "channels": "number"},
              "further_inputs?": [{"name": "text", "height": "number", "width": "number", "channels": "number"}], "macs": "number",
              "parameters": "number", "layers": "number"},
  "device": {"name": "text", "clock_hz": "number"},
  "tile_height": "number or text", "engine?": "text", "timing": "text", "buffer_policy": "text", "goal?": "text",
  "target_fps?": "number or null", "penalty?": "number or null", "frames": "number", "status": "text",
  "verdict?": {"fit": "text", "answer": "text"},
  "fit": {"mode": "text", "fits": "boolean", "verdict?": "text", "contexts": "number",
          "resources": [{"name": "text", "scope": "text", "demand": "number", "limit": "number"}],
          "impossible?": [{"name": "text", "scope": "text", "demand": "number", "limit": "number"}]},
  "throughput": {"interval_cycles": "number or null", "fps": "number or null", "proof": "text or null", "periodic": "boolean or null",
                 "period_cycles": "number or null", "period_frames": "number or null", "transient_frames": "number or null",
                 "steady_exact": "boolean or null"},
  "bounds": {"*": "number"},
  "latency": {"*": "number or null"},
  "elapsed_cycles": "number", "frame_start_cycles": ["number"], "frame_completion_cycles": ["number"],
  "pipeline_buffering": {"elements": "number", "blocks": [{"layer": "text", "height": "number", "width": "number", "channels": "number",
                         "skip_channels": "number", "tile_height": "number or text", "elements": "number"}]},
  "buffering": {"capacity_bytes": "number", "peak_bytes": "number", "cuts": "number", "cut_bytes": "number",
                "by_level": {"*": {"capacity_bytes": "number", "peak_bytes": "number", "cuts": "number"}}},
  "energy?": {"frame_mj": {"*": "number"}, "watts": {"*": "number"}, "static_mj": "number", "by_part_mj": {"*": "number"},
              "by_kind_mj": {"*": "number"}},
  "se_blocks": [{"layer": "text", "height": "number", "tile_height": "number or text", "se_mode?": "text", "tile_height_effective": "number",
                 "bypass_capacity_rows": "number or null", "bypass_peak_rows": "number or null", "bypass_level": "text or null",
                 "wait_for_vector_cycles": "number", "producer_blocked_cycles": "number", "excite_busy_cycles": "number",
                 "controllers": "number"}],
  "stages": [{"name": "text", "layer": "text", "kind": "text", "steps_per_frame": "number", "macs_per_frame": "number",
              "subclusters": "number", "energy_mj?": "number", "busy": "number", "starved": "number", "blocked": "number", "done": "number",
              "utilization": "number", "stalls": [{"buffer": "text or null", "kind": "text", "cycles": "number"}],
              "steady": {"busy": "number", "starved": "number", "blocked": "number",
                         "stalls": [{"buffer": "text or null", "kind": "text", "cycles": "number"}]}}],
  "buffers": [{"name": "text", "from": "text", "to": "text", "role": "text", "level": "text", "cuts": "number", "row_bytes": "number",
               "rows_per_frame": "number", "capacity_rows": "number", "peak_rows": "number", "mean_rows": "number",
               "full_cycles": "number", "steady": {"peak_rows": "number", "mean_rows": "number", "full_cycles": "number"}}],
  "bottleneck": {"stages": ["text"], "buffers": ["text"], "interval_cycles": "number or null", "text": "text or null"},
  "stalls?": {"bottleneck": {"stage": "text or null", "busy": "number", "starved": "number", "blocked": "number"},
              "se_producers?": {"busy": "number", "starved": "number", "blocked": "number"}, "vector_wait?": "number"},
  "deadlock?": {"text": "text", "waiting": [{"stage": "text", "for": "text", "buffer": "text"}],
                "cure": [{"buffer": "text", "capacity_rows": "number"}]},
  "contexts?": {"batch": "number", "given": "boolean", "evaluated": "number", "gap": "number", "reload_overlap": "boolean",
                "host_overhead_cycles": "number", "interval_limit_cycles": "number", "inter_context_bytes": "number",
                "one_context?": {"resources": [{"name": "text", "scope": "text", "demand": "number", "limit": "number"}],
                                 "se_controllers": "number"},
                "batches": [{"*": "number"}],
                "list": [{"first_stage": "number", "stages": "number", "weight_bytes": "number",
                          "switch_cycles": "number", "reload_cycles": "number", "interval_cycles": "number",
                          "proof": "text", "first_frame_cycles": "number", "batch_cycles": "number",
                          "subclusters": "number", "controllers": "number", "l3_cuts": "number", "l4_cuts": "number",
                          "buffer_bytes": "number", "read_bytes": "number", "written_bytes": "number",
                          "cut_blocks": ["text"]}]},
  "assumed": ["text"], "notes": ["text"]
})";

std::string found(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return fmt::format("an array of {}", value.size());
  const std::string text = json_text(value);
  return text.size() > 60 ? fmt::format("text of {} bytes", text.size()) : text;
}

bool is_of(const Json& value, const std::string& types) {
  const char* type = value.is_string()    ? "text"
                     : value.is_number()  ? "number"
                     : value.is_boolean() ? "boolean"
                     : value.is_null()    ? "null"
                                          : "nothing";
  return types.find(type) != std::string::npos;
}

class Check {
 public:
  explicit Check(std::string place) : place_(std::move(place)) {}

  void value(const Json& value, const Json& expected, const std::string& pointer) const {
    if (expected.is_string()) {
      if (!is_of(value, expected.get<std::string>())) mismatch(value, expected.get<std::string>(), pointer);
    } else if (expected.is_array()) {
      if (!value.is_array()) mismatch(value, "an array", pointer);
      for (std::size_t i = 0; i < value.size(); ++i)
        this->value(value[i], expected[0], fmt::format("{}/{}", pointer, i));
    } else {
      if (!value.is_object()) mismatch(value, "an object", pointer);
      members(value, expected, pointer);
    }
  }

 private:
  void members(const Json& value, const Json& expected, const std::string& pointer) const {
    for (const auto& [word, type] : expected.items()) {
      if (word == "*") {
        for (const auto& [key, member] : value.items()) this->value(member, type, pointer + "/" + key);
        continue;
      }
      const bool optional = word.back() == '?';
      const std::string key = optional ? word.substr(0, word.size() - 1) : word;
      const auto member = value.find(key);
      if (optional && member != value.end() && member->is_null()) continue;
      if (member != value.end())
        this->value(*member, type, pointer + "/" + key);
      else if (!optional)
        throw InputError(at(pointer), fmt::format("missing key \"{}\" of a result of rowflow run --format json", key));
    }
  }

  [[noreturn]] void mismatch(const Json& value, const std::string& expected, const std::string& pointer) const {
    throw InputError(at(pointer), fmt::format("found {}, expected {}", found(value), expected));
  }
  std::string at(const std::string& pointer) const { return pointer.empty() ? place_ : place_ + ": " + pointer; }

  std::string place_;
};

}  // namespace

void check_result_shape(const Json& result, const std::string& place) {
  static const Json expected = Json::parse(shape);
  Check(place).value(result, expected, "");
}

}  // namespace rowflow

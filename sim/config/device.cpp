#include "sim/config/device.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t largest = 1'000'000'000'000'000;  // of any figure; leaves room for products with small counts
using Map = std::map<std::string, Parameter>;

const std::vector<std::string> rate_kinds{"conv", "pointwise", "grouped", "depthwise", "vector_fc", "fully_connected"};
const std::vector<std::string> stage_kinds{"default", "conv",    "pointwise", "grouped", "depthwise", "vector_fc", "fully_connected",
                                           "pool",    "shuffle", "squeeze",   "scale",   "broadcast", "add",       "multiply",
                                           "concat",  "slice",   "normalize", "upsample",  "transfer"};

Parameter read_parameter(const Reader& reader, std::int64_t low, std::int64_t high) {
  if (!reader.is_object()) reader.mismatch(R"(an object {"value", "source"} or {"value", "assumed", "low", "high"})");
  Parameter parameter;
  parameter.name = reader.pointer().substr(1);
  parameter.assumed = reader.has("assumed");
  if (parameter.assumed) {
    reader.expect_keys({"value", "assumed", "low", "high"});
  } else {
    reader.expect_keys({"value", "source"});
    if (!reader.has("source"))
      reader.fail("found a figure without provenance, expected \"source\", or \"assumed\" with \"low\" and \"high\"");
  }
  parameter.value = reader.at("value").integer(low, high);
  parameter.source = reader.at(parameter.assumed ? "assumed" : "source").name();
  parameter.low = parameter.assumed ? reader.at("low").integer(low, high) : parameter.value;
  parameter.high = parameter.assumed ? reader.at("high").integer(low, high) : parameter.value;
  if (parameter.low > parameter.value || parameter.value > parameter.high) {
    reader.fail(fmt::format("found value {} outside [low, high] = [{}, {}]", parameter.value, parameter.low, parameter.high));
  }
  return parameter;
}

Map read_rates(const Reader& reader) {
  reader.expect_keys(rate_kinds);
  Map rates;
  for (const std::string& kind : rate_kinds) rates[kind] = read_parameter(reader.at(kind), 1, largest);
  return rates;
}

Map read_kinds(const Reader& reader, std::int64_t low) {
  reader.expect_keys(stage_kinds);
  Map map;
  for (const auto& [kind, member] : reader.members()) map[kind] = read_parameter(member, low, largest);
  reader.at("default");
  return map;
}

struct Scalar {
  const char* key;
  Parameter Device::*member;
  std::int64_t low, high;
};

const std::vector<Scalar> scalars{
    {"clock_hz", &Device::clock_hz, 1, 1'000'000'000'000},
    {"clusters", &Device::clusters, 1, 1'000'000},
    {"subclusters_per_cluster", &Device::subclusters_per_cluster, 1, 1'000'000},
    {"controllers_per_cluster", &Device::controllers_per_cluster, 1, 1'000'000},
    {"max_subclusters_per_layer", &Device::max_subclusters_per_layer, 1, 1'000'000},
    {"macs_per_subcluster", &Device::macs_per_subcluster, 1, 1'000'000'000},
    {"compute_ceiling_percent", &Device::compute_ceiling_percent, 1, 100},
    {"transfer_latency", &Device::transfer_latency, 0, 1'000'000'000},
    {"credit_latency", &Device::credit_latency, 0, 1'000'000'000},
    {"weight_memory_bytes", &Device::weight_memory_bytes, 0, largest},
    {"buffer_memory_bytes", &Device::buffer_memory_bytes, 0, largest},
    {"input_link_bytes_per_kilocycle", &Device::input_link_bytes_per_kilocycle, 0, largest},
    {"output_link_bytes_per_kilocycle", &Device::output_link_bytes_per_kilocycle, 0, largest},
};

std::vector<std::string> device_keys() {
  std::vector<std::string> keys{"$schema",      "name",    "description", "rates",           "widths",
                                "row_overhead", "latency", "fused_add",   "broadcast_stage", "row_forwarding"};
  for (const Scalar& scalar : scalars) keys.emplace_back(scalar.key);
  return keys;
}

}  // namespace

std::int64_t ParameterUse::operator()(const Parameter& parameter) {
  read_[parameter.name] = parameter.assumed;
  return parameter.value;
}

std::vector<std::string> ParameterUse::assumed() const {
  std::vector<std::string> names;
  for (const auto& [name, assumed] : read_) {
    if (assumed) names.push_back(name);
  }
  return names;
}

const Parameter& Device::of_kind(const Map& map, const std::string& kind) const {
  auto entry = map.find(kind);
  if (entry == map.end()) entry = map.find("default");
  if (entry == map.end()) throw InputError(file, fmt::format("no figure for stages of kind \"{}\", and no \"default\"", kind));
  return entry->second;
}

Device read_device(const std::string& path) { return device_from(parse_json_file(path), path); }

Device device_from(const nlohmann::json& document, const std::string& file) {
  const Reader root(file, document);
  root.expect_keys(device_keys());
  Device device;
  device.file = file;
  device.name = root.at("name").name();
  if (root.has("$schema")) root.at("$schema").text();
  if (root.has("description")) device.description = root.at("description").text();
  for (const Scalar& scalar : scalars) device.*scalar.member = read_parameter(root.at(scalar.key), scalar.low, scalar.high);
  device.rates = read_rates(root.at("rates"));
  device.widths = read_kinds(root.at("widths"), 1);
  device.row_overhead = read_kinds(root.at("row_overhead"), 0);
  device.latency = read_kinds(root.at("latency"), 0);
  if (root.has("fused_add")) device.fused_add = root.at("fused_add").boolean();
  if (root.has("broadcast_stage")) device.broadcast_stage = root.at("broadcast_stage").boolean();
  if (root.has("row_forwarding")) device.row_forwarding = root.at("row_forwarding").boolean();
  return device;
}

}  // namespace rowflow

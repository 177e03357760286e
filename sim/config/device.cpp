#include "sim/config/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/device_document.hpp"
#include "sim/config/parameter_reader.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t largest = 1'000'000'000'000'000;  // of any figure; leaves room for products with small counts
using Map = std::map<std::string, Parameter>;

const std::vector<std::string> rate_kinds{"conv",      "pointwise", "grouped_per_channel",
                                          "depthwise", "vector_fc", "fully_connected"};
const std::vector<std::string> optional_rates{"depthwise_large", "pool", "squeeze"};
const std::vector<std::string> split_kinds{"conv",      "pointwise",       "grouped", "depthwise",
                                           "vector_fc", "fully_connected", "pool",    "squeeze"};
const std::vector<std::string> precisions{"activations_16", "weights_16", "weights_4"};
/// "default", and the kinds of layers' stages.
std::vector<std::string> figure_kinds() {
  std::vector<std::string> names{"default"};
  for (int kind = 0; is_layer_kind(static_cast<StageKind>(kind)); ++kind)
    names.emplace_back(to_string(static_cast<StageKind>(kind)));
  return names;
}
const std::vector<std::string> stage_kinds = figure_kinds();

Map read_rates(const Reader& reader) {
  std::vector<std::string> keys = rate_kinds;
  keys.insert(keys.end(), optional_rates.begin(), optional_rates.end());
  reader.expect_keys(keys);
  Map rates;
  for (const std::string& kind : optional_rates)
    if (reader.has(kind)) rates[kind] = read_parameter(reader.at(kind), 1, largest);
  for (const std::string& kind : rate_kinds) rates[kind] = read_parameter(reader.at(kind), 1, largest);
  return rates;
}

Map read_kinds(const Reader& reader, std::int64_t low, std::int64_t high) {
  reader.expect_keys(stage_kinds);
  Map map;
  for (const auto& [kind, member] : reader.members()) map[kind] = read_parameter(member, low, high);
  reader.at("default");
  return map;
}

Map read_precision(const Reader& reader) {
  reader.expect_keys(precisions);
  Map map;
  for (const auto& [bits, member] : reader.members()) map[bits] = read_parameter(member, 1, 10'000);
  return map;
}

template <class Owner>
struct Scalar {
  const char* key;
  Parameter Owner::*member;
  std::int64_t low, high;
};

template <class Owner>
void read_scalars(const Reader& reader, const std::vector<Scalar<Owner>>& scalars, Owner& owner) {
  for (const auto& scalar : scalars)
    owner.*scalar.member = read_parameter(reader.at(scalar.key), scalar.low, scalar.high);
}

template <class Owner>
void add_keys(std::vector<std::string>& keys, const std::vector<Scalar<Owner>>& scalars) {
  for (const auto& scalar : scalars) keys.emplace_back(scalar.key);
}

constexpr std::int64_t count = 1'000'000, cycles = 1'000'000'000;

const std::vector<Scalar<Device>> scalars{
    {"clock_hz", &Device::clock_hz, 1, 1'000'000'000'000},
    {"clusters", &Device::clusters, 1, count},
    {"subclusters_per_cluster", &Device::subclusters_per_cluster, 1, count},
    {"controllers_per_cluster", &Device::controllers_per_cluster, 1, count},
    {"activation_units_per_cluster", &Device::activation_units_per_cluster, 0, count},
    {"input_aligners_per_cluster", &Device::input_aligners_per_cluster, 0, count},
    {"max_subclusters_per_layer", &Device::max_subclusters_per_layer, 1, count},
    {"max_fan_out", &Device::max_fan_out, 0, count},
    {"macs_per_subcluster", &Device::macs_per_subcluster, 1, 1'000'000'000},
    {"compute_ceiling_percent", &Device::compute_ceiling_percent, 1, 100},
    {"control_ceiling_percent", &Device::control_ceiling_percent, 1, 100},
    {"transfer_latency", &Device::transfer_latency, 0, cycles},
    {"transfer_width", &Device::transfer_width, 0, largest},
    {"credit_latency", &Device::credit_latency, 0, cycles},
    {"input_link_bytes_per_kilocycle", &Device::input_link_bytes_per_kilocycle, 0, largest},
    {"output_link_bytes_per_kilocycle", &Device::output_link_bytes_per_kilocycle, 0, largest},
};

const std::vector<Scalar<SplitCost>> split_scalars{
    {"subclusters", &SplitCost::subclusters, 0, 1000},
    {"controllers", &SplitCost::controllers, 0, 1000},
    {"max_parts", &SplitCost::max_parts, 1, count},
};

const std::vector<Scalar<Ceilings>> ceiling_scalars{
    {"compute_ceiling_percent", &Ceilings::compute, 1, 100},
    {"control_ceiling_percent", &Ceilings::control, 1, 100},
};

const std::vector<Scalar<EnergyCosts>> energy_scalars{
    {"static_milliwatts", &EnergyCosts::static_milliwatts, 0, 1'000'000'000},
    {"femtojoules_per_mac", &EnergyCosts::femtojoules_per_mac, 0, 1'000'000'000},
};

const std::vector<Scalar<EnergyCosts>> share_scalars{
    {"mac", &EnergyCosts::mac, 0, 1'000'000'000},
    {"l2_byte", &EnergyCosts::l2_byte, 0, 1'000'000'000},
    {"l3_byte", &EnergyCosts::l3_byte, 0, 1'000'000'000},
    {"l4_byte", &EnergyCosts::l4_byte, 0, 1'000'000'000},
    {"link_byte", &EnergyCosts::link_byte, 0, 1'000'000'000},
};

/// Entries of one form by name; `names`: the known ones, empty: any.
template <class Entry>
std::map<std::string, Entry> read_entries(const Reader& reader, const std::vector<Scalar<Entry>>& figures,
                                          const std::vector<std::string>& names) {
  if (!names.empty()) reader.expect_keys(names);
  std::vector<std::string> keys;
  add_keys(keys, figures);
  std::map<std::string, Entry> entries;
  for (const auto& [name, member] : reader.members()) {
    member.expect_keys(keys);
    read_scalars(member, figures, entries[name]);
  }
  return entries;
}

const std::vector<Scalar<MemoryLevels>> memory_scalars{
    {"cut_bytes", &MemoryLevels::cut_bytes, 1, 1'000'000'000},
    {"l2_bytes_per_subcluster", &MemoryLevels::l2_bytes_per_subcluster, 0, 1'000'000'000},
    {"l3_cuts_per_cluster", &MemoryLevels::l3_cuts_per_cluster, 0, count},
    {"l4_cuts", &MemoryLevels::l4_cuts, 0, count},
    {"l3_limit_cuts", &MemoryLevels::l3_limit_cuts, 0, count},
    {"l4_limit_cuts", &MemoryLevels::l4_limit_cuts, 0, count},
    {"max_weight_cuts_per_layer", &MemoryLevels::max_weight_cuts_per_layer, 0, count},
    {"l4_bytes_per_kilocycle", &MemoryLevels::l4_bytes_per_kilocycle, 0, largest},
    {"l4_latency", &MemoryLevels::l4_latency, 0, cycles},
    {"host_latency", &MemoryLevels::host_latency, 0, cycles},
};

MemoryLevels read_memory(const Reader& reader) {
  std::vector<std::string> keys;
  add_keys(keys, memory_scalars);
  keys.emplace_back("weight_bytes_per_kilocycle");
  reader.expect_keys(keys);
  MemoryLevels memory;
  read_scalars(reader, memory_scalars, memory);
  memory.weight_bytes_per_kilocycle.name = "memory/weight_bytes_per_kilocycle";
  if (reader.has("weight_bytes_per_kilocycle"))
    memory.weight_bytes_per_kilocycle = read_parameter(reader.at("weight_bytes_per_kilocycle"), 0, largest);
  return memory;
}

const std::vector<Scalar<ContextFigures>> context_scalars{
    {"context_switch", &ContextFigures::context_switch, 0, cycles},
    {"reload_per_byte", &ContextFigures::reload_per_byte, 0, 1'000'000},
    {"stored_weight_bits", &ContextFigures::stored_weight_bits, 1, 64},
    {"host_overhead", &ContextFigures::host_overhead, 0, cycles},
};

ContextFigures read_contexts(const Reader& reader) {
  std::vector<std::string> keys{"reload_overlap"};
  add_keys(keys, context_scalars);
  reader.expect_keys(keys);
  ContextFigures figures;
  read_scalars(reader, context_scalars, figures);
  if (reader.has("reload_overlap")) figures.reload_overlap = reader.at("reload_overlap").boolean();
  return figures;
}

EnergyCosts read_energy(const Reader& reader) {
  std::vector<std::string> keys{"shares"}, shares;
  add_keys(keys, energy_scalars);
  add_keys(shares, share_scalars);
  reader.expect_keys(keys);
  reader.at("shares").expect_keys(shares);
  EnergyCosts energy;
  read_scalars(reader, energy_scalars, energy);
  read_scalars(reader.at("shares"), share_scalars, energy);
  return energy;
}

std::vector<std::string> read_unsplit(const Reader& reader) {
  std::vector<std::string> kinds;
  for (const Reader& item : reader.items()) kinds.push_back(item.one_of(stage_kinds));
  return kinds;
}

std::map<std::string, SplitCost> read_split(const Reader& reader, const std::vector<std::string>& unsplit) {
  auto split = read_entries(reader, split_scalars, split_kinds);
  for (const auto& [kind, cost] : split)
    if (std::find(unsplit.begin(), unsplit.end(), kind) != unsplit.end())
      reader.at(kind).fail("found what splitting it costs, expected nothing for a kind that is in \"unsplit\"");
  return split;
}

/// Products that the program forms: subclusters of the chip, each of which may become a physical layer, and bytes on
/// it.
void check_chip(const Reader& root, const Device& device) {
  constexpr std::int64_t most_subclusters = 16'384;
  const std::int64_t subclusters = device.clusters.value * device.subclusters_per_cluster.value;
  if (subclusters > most_subclusters)
    root.at("subclusters_per_cluster")
        .fail(fmt::format("found {} subclusters on the chip, expected at most {}", subclusters, most_subclusters));
  const MemoryLevels& memory = device.memory;
  const std::int64_t cuts = device.clusters.value * memory.l3_cuts_per_cluster.value + memory.l4_cuts.value;
  if (cuts > largest / memory.cut_bytes.value || subclusters * memory.l2_bytes_per_subcluster.value > largest)
    root.at("memory").fail(fmt::format(
        "found {} cuts of {} bytes, and {} subclusters with {} bytes each, expected at most {} bytes of each", cuts,
        memory.cut_bytes.value, subclusters, memory.l2_bytes_per_subcluster.value, largest));
}

std::vector<std::string> device_keys() {
  std::vector<std::string> keys{"$schema",   "name",       "description",    "rates",
                                "precision", "widths",     "row_overhead",   "latency",
                                "fused_add", "free_slice", "row_forwarding", "broadcast_stage",
                                "memory",    "unsplit",    "split",          "compile_modes",
                                "contexts",  "energy",     "base",           "reciprocal_per_tile"};
  add_keys(keys, scalars);
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

const Parameter& Device::of_kind(const Map& map, std::string_view kind) const {
  auto entry = map.find(std::string(kind));
  if (entry == map.end()) entry = map.find("default");
  if (entry == map.end())
    throw InputError(file, fmt::format("no figure for stages of kind \"{}\", and no \"default\"", kind));
  return entry->second;
}

Device read_device(const std::string& path) { return device_from(read_device_document(path), path); }

Device device_from(const nlohmann::json& document, const std::string& file) {
  const Reader root(file, document);
  root.expect_keys(device_keys());
  if (root.has("base")) throw Defect(file + ": a device document whose base was not read");
  Device device;
  device.file = file;
  device.name = root.at("name").title();
  if (root.has("$schema")) root.at("$schema").text();
  if (root.has("description")) device.description = root.at("description").text();
  read_scalars(root, scalars, device);
  device.memory = read_memory(root.at("memory"));
  check_chip(root, device);
  device.rates = read_rates(root.at("rates"));
  device.widths = read_kinds(root.at("widths"), 1, largest);
  device.row_overhead = read_kinds(root.at("row_overhead"), 0, cycles);
  device.latency = read_kinds(root.at("latency"), 0, cycles);
  if (root.has("precision")) device.precision = read_precision(root.at("precision"));
  if (root.has("unsplit")) device.unsplit = read_unsplit(root.at("unsplit"));
  if (root.has("split")) device.split = read_split(root.at("split"), device.unsplit);
  if (root.has("compile_modes")) device.compile_modes = read_entries(root.at("compile_modes"), ceiling_scalars, {});
  Parameter& bits = device.contexts.stored_weight_bits;
  bits.value = bits.low = bits.high = 8;
  if (root.has("contexts")) device.contexts = read_contexts(root.at("contexts"));
  device.reciprocal_per_tile.name = "reciprocal_per_tile";
  if (root.has("reciprocal_per_tile"))
    device.reciprocal_per_tile = read_parameter(root.at("reciprocal_per_tile"), 0, cycles);
  if (root.has("energy")) device.energy = read_energy(root.at("energy"));
  if (root.has("fused_add")) device.fused_add = root.at("fused_add").boolean();
  if (root.has("broadcast_stage")) device.broadcast_stage = root.at("broadcast_stage").boolean();
  if (root.has("free_slice")) device.free_slice = root.at("free_slice").boolean();
  if (root.has("row_forwarding")) device.row_forwarding = root.at("row_forwarding").boolean();
  return device;
}

}  // namespace rowflow

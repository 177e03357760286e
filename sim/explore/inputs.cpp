#include "sim/explore/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/nearest.hpp"
#include "sim/config/buffers_file.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/explore/device_figures.hpp"
#include "sim/explore/hash.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::json;

void store(SweepInputs& inputs, const std::string& kind, const std::string& name, std::string content) {
  inputs.stored.push_back({hash_text(content), kind, name, std::move(content)});
}

void add_network(SweepInputs& inputs, const std::string& name, const NetworkConfig& config) {
  NetworkInput input{build_network(config), {}};
  for (std::size_t i = 0; i < input.network.layers.size(); ++i)
    if (input.network.layers[i].config.type == LayerType::squeeze_excite) input.blocks.push_back(i);
  store(inputs, "network", name, write_network_config(config));
  inputs.networks.emplace(name, std::move(input));
}

std::vector<std::string> distinct_networks(const Sweep& sweep) {
  std::vector<std::string> names = sweep.networks;
  for (const PointSettings& point : sweep.points)
    if (!point.network.empty() && std::find(names.begin(), names.end(), point.network) == names.end()) names.push_back(point.network);
  return names;
}

bool is_policy(const std::string& buffers) { return buffers == "minimal" || buffers == "full-rate" || buffers == "best"; }

std::vector<std::string> buffers_files(const Sweep& sweep) {
  std::vector<std::string> files;
  const auto add = [&](const std::string& value) {
    if (!is_policy(value) && std::find(files.begin(), files.end(), value) == files.end()) files.push_back(value);
  };
  for (const Axis& axis : sweep.grid)
    if (axis.kind == AxisKind::buffers) std::for_each(axis.values.begin(), axis.values.end(), add);
  for (const PointSettings& point : sweep.points) add(point.buffers);
  return files;
}

std::vector<std::string> block_names(const SweepInputs& inputs) {
  std::vector<std::string> names;
  for (const auto& [name, input] : inputs.networks)
    for (const std::size_t block : input.blocks) names.push_back(input.network.layers[block].config.name);
  return names;
}

/// "*" becomes an axis a block, in the order of the network.
void expand_blocks(Sweep& sweep, const SweepInputs& inputs) {
  std::vector<Axis> grid;
  for (const Axis& axis : sweep.grid) {
    if (axis.kind != AxisKind::block || axis.key != "*") {
      grid.push_back(axis);
      continue;
    }
    if (inputs.networks.size() != 1)
      throw InputError(sweep.file, "found an axis of every block (\"*\"), expected a single network for that");
    for (const std::string& name : block_names(inputs)) {
      const bool named = std::any_of(sweep.grid.begin(), sweep.grid.end(),
                                     [&](const Axis& other) { return other.kind == AxisKind::block && other.key == name; });
      if (!named) grid.push_back({AxisKind::block, name, axis.values});
    }
  }
  sweep.grid = std::move(grid);
  point_count(sweep);
}

void check_names(const Sweep& sweep, const SweepInputs& inputs) {
  const std::vector<std::string> blocks = block_names(inputs);
  const auto check_block = [&](const std::string& layer) {
    if (std::find(blocks.begin(), blocks.end(), layer) == blocks.end())
      throw InputError(sweep.file, fmt::format("no squeeze_excite layer is named \"{}\"{}", layer, nearest_hint(layer, blocks)));
  };
  for (const Axis& axis : sweep.grid) {
    if (axis.kind == AxisKind::block) check_block(axis.key);
    if (axis.kind == AxisKind::figure) check_figure(inputs.device, axis.key, sweep.file);
  }
  for (const PointSettings& point : sweep.points) {
    for (const auto& [layer, height] : point.blocks) check_block(layer);
    for (const auto& [pointer, value] : point.figures) check_figure(inputs.device, pointer, sweep.file);
  }
}

Json costs_json(const std::map<std::string, UserCost>& costs) {
  Json json = Json::object();
  for (const auto& [name, cost] : costs) json[name] = {cost.cycles, cost.latency ? Json(*cost.latency) : Json()};
  return json;
}

std::map<std::string, UserCost> costs_from(const Json& json) {
  std::map<std::string, UserCost> costs;
  for (const auto& [name, cost] : json.items()) {
    costs[name].cycles = cost.at(0).get<Cycles>();
    if (!cost.at(1).is_null()) costs[name].latency = cost.at(1).get<Cycles>();
  }
  return costs;
}

}  // namespace

std::string relative_to(const Sweep& sweep, const std::string& name) {
  const std::filesystem::path path(name);
  const bool is_path = name.find('/') != std::string::npos || !path.extension().empty();
  if (sweep.file.empty() || path.is_absolute() || !is_path) return name;
  return (std::filesystem::path(sweep.file).parent_path() / path).string();
}

SweepInputs read_inputs(Sweep& sweep, const std::string& version, const std::function<NetworkConfig(const std::string&)>& network) {
  SweepInputs inputs;
  inputs.version = version;
  for (const std::string& name : distinct_networks(sweep)) add_network(inputs, name, network(relative_to(sweep, name)));
  const std::string device = resolve_device(relative_to(sweep, sweep.device));
  inputs.device = parse_json_file(device);
  device_from(inputs.device, device);  // what is wrong with the file itself is not each point's fault
  store(inputs, "device", sweep.device, json_text(inputs.device));
  for (const std::string& file : buffers_files(sweep)) {
    inputs.buffers[file] = read_buffers_file(relative_to(sweep, file));
    store(inputs, "buffers", file, json_text(Json(inputs.buffers[file])));
  }
  if (!sweep.costs.empty()) {
    inputs.costs = read_user_costs(relative_to(sweep, sweep.costs));
    store(inputs, "costs", sweep.costs, json_text(costs_json(inputs.costs)));
  }
  if (!sweep.mapping.empty()) {
    const std::string file = resolve_mapping(relative_to(sweep, sweep.mapping));
    const Json document = parse_json_file(file);
    inputs.mapping = mapping_from(document, file);
    store(inputs, "mapping", sweep.mapping, json_text(document));
  }
  expand_blocks(sweep, inputs);
  check_names(sweep, inputs);
  return inputs;
}

SweepInputs restore_inputs(const std::string& version, const std::vector<StoredInput>& stored) {
  SweepInputs inputs;
  inputs.version = version;
  for (const StoredInput& input : stored) {
    if (input.kind == "network") {
      add_network(inputs, input.name, network_config_from(parse_json(input.content, input.name), input.name));
      continue;
    }
    const Json content = Json::parse(input.content);
    if (input.kind == "device") inputs.device = content;
    if (input.kind == "buffers") inputs.buffers[input.name] = content.get<std::map<std::string, Rows>>();
    if (input.kind == "costs") inputs.costs = costs_from(content);
    if (input.kind == "mapping") inputs.mapping = mapping_from(content, input.name);
    inputs.stored.push_back(input);
  }
  return inputs;
}

std::string hash_of(const SweepInputs& inputs, const std::string& kind, const std::string& name) {
  for (const StoredInput& input : inputs.stored)
    if (input.kind == kind && input.name == name) return input.hash;
  return "";
}

Network point_network(const SweepInputs& inputs, const PointSettings& point) {
  const auto rows = [](const std::string& height) { return height == "full" ? Rows{0} : static_cast<Rows>(std::stoll(height)); };
  Network network = inputs.networks.at(point.network).network;
  if (!point.tile_height.empty() && !point.tile_first.empty())
    set_tile_height_of_first(network, std::stoi(point.tile_first), rows(point.tile_height));
  else if (!point.tile_height.empty())
    set_tile_height(network, rows(point.tile_height));
  for (const auto& [layer, height] : point.blocks) set_tile_height(network, layer, rows(height));
  return network;
}

Device point_device(const SweepInputs& inputs, const PointSettings& point) {
  Json document = inputs.device;
  for (const auto& [pointer, value] : point.figures) set_figure(document, pointer, value);
  return device_from(document, document.value("name", "device"));
}

EvaluateOptions point_options(const Sweep& sweep, const SweepInputs& inputs, const PointSettings& point) {
  EvaluateOptions options;
  if (is_policy(point.buffers))
    options.buffers = point.buffers;
  else
    options.capacities = inputs.buffers.at(point.buffers);
  if (point.buffer_kib != "none") options.buffer_budget = std::stoll(point.buffer_kib) * 1024;
  if (point.fps != "steady") options.fps = std::stod(point.fps);
  options.until_proven = sweep.frames == "proven";
  if (sweep.frames != "proven" && sweep.frames != "steady") options.frames = std::stoi(sweep.frames);
  options.fit = sweep.fit;
  options.costs = inputs.costs;
  options.mapping = inputs.mapping.layers;
  options.fifo_rows = inputs.mapping.fifo_rows;
  return options;
}

}  // namespace rowflow

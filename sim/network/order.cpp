#include "sim/network/order.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <queue>
#include <tuple>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

void check_name(const std::string& where, const std::string& name) {
  if (is_reserved_name(name)) throw InputError(where, fmt::format("the name \"{}\" is reserved", name));
  if (!is_legal_name(name))
    throw InputError(where,
                     fmt::format("found name \"{}\", expected a letter or _, then letters, digits, _ . -", name));
}

/// Inputs; of several each has a name of its own, and one may be "input".
std::map<std::string, int> index_inputs(const NetworkConfig& config) {
  std::map<std::string, int> index;
  std::vector<std::string> names{config.input_name};
  for (const InputConfig& input : config.further_inputs) names.push_back(input.name);
  for (std::size_t k = 0; k < names.size(); ++k) {
    const std::string where = fmt::format("{}: /inputs/{}/name", config.file, k);
    if (names[k] != "input") check_name(where, names[k]);
    if (!index.emplace(names[k], input_at(k)).second)
      throw InputError(where, fmt::format("the name \"{}\" stands twice", names[k]));
  }
  return index;
}

std::map<std::string, int> index_names(const NetworkConfig& config) {
  std::map<std::string, int> index = index_inputs(config);
  for (std::size_t i = 0; i < config.layers.size(); ++i) {
    const LayerConfig& layer = config.layers[i];
    const std::string where = config.file + ": " + layer.pointer + "/name";
    check_name(where, layer.name);
    const auto [entry, is_new] = index.emplace(layer.name, static_cast<int>(i));
    if (!is_new && is_network_input(entry->second))
      throw InputError(where, fmt::format("the name \"{}\" stands twice, first as an input", layer.name));
    if (!is_new) {
      throw InputError(where, fmt::format("the name \"{}\" stands twice, first at {}", layer.name,
                                          config.layers[entry->second].pointer));
    }
  }
  return index;
}

using Inputs = std::vector<std::vector<int>>;

Inputs resolve_inputs(const NetworkConfig& config, const std::map<std::string, int>& index) {
  std::vector<std::string> names;
  for (const auto& entry : index) names.push_back(entry.first);
  Inputs inputs;
  for (const LayerConfig& layer : config.layers) {
    inputs.emplace_back();
    for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
      const auto entry = index.find(layer.inputs[k]);
      if (entry == index.end()) {
        throw InputError(
            fmt::format("{}: {}/inputs/{}", config.file, layer.pointer, k),
            fmt::format("no layer is named \"{}\"{}", layer.inputs[k], nearest_hint(layer.inputs[k], names)));
      }
      inputs.back().push_back(entry->second);
    }
  }
  return inputs;
}

/// Among layers that could not be ordered, walking to an unordered input never ends: the first layer met twice closes
/// the cycle.
[[noreturn]] void fail_cycle(const NetworkConfig& config, const Inputs& inputs, const std::vector<int>& missing) {
  int layer = 0;
  while (missing[layer] == 0) ++layer;
  std::vector<int> path;
  std::vector<int> seen(missing.size(), -1);
  while (seen[layer] < 0) {
    seen[layer] = static_cast<int>(path.size());
    path.push_back(layer);
    for (const int input : inputs[layer]) {
      if (!is_network_input(input) && missing[input] > 0) layer = input;
    }
  }
  std::vector<std::string> names;
  for (std::size_t i = path.size(); i-- > static_cast<std::size_t>(seen[layer]);)
    names.push_back(config.layers[path[i]].name);
  names.push_back(names.front());
  throw InputError(config.file + ": " + config.layers[layer].pointer,
                   fmt::format("layers feed each other in a cycle: {}", fmt::join(names, " -> ")));
}

std::vector<int> topological_order(const NetworkConfig& config, const Inputs& inputs) {
  std::vector<std::vector<int>> readers(inputs.size());
  std::vector<int> missing(inputs.size(), 0);
  std::priority_queue<int, std::vector<int>, std::greater<int>> ready;  // the earliest written first
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (const int input : inputs[i]) {
      if (is_network_input(input)) continue;
      readers[input].push_back(static_cast<int>(i));
      ++missing[i];
    }
    if (missing[i] == 0) ready.push(static_cast<int>(i));
  }
  std::vector<int> order;
  while (!ready.empty()) {
    const int layer = ready.top();
    ready.pop();
    order.push_back(layer);
    for (const int reader : readers[layer]) {
      if (--missing[reader] == 0) ready.push(reader);
    }
  }
  if (order.size() < inputs.size()) fail_cycle(config, inputs, missing);
  return order;
}

}  // namespace

std::vector<Layer> order_layers(const NetworkConfig& config) {
  const Inputs inputs = resolve_inputs(config, index_names(config));
  const std::vector<int> order = topological_order(config, inputs);
  std::vector<int> position(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) position[order[i]] = static_cast<int>(i);
  std::vector<Layer> layers(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    layers[i].config = config.layers[order[i]];
    for (const int input : inputs[order[i]])
      layers[i].inputs.push_back(is_network_input(input) ? input : position[input]);
  }
  return layers;
}

void sort_canonically(std::vector<Layer>& layers) {
  std::vector<int> depth(layers.size(), 0), order(layers.size()), position(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i)
    for (const int input : layers[i].inputs)
      depth[i] = std::max(depth[i], is_network_input(input) ? 1 : depth[input] + 1);
  const auto rank = [&](int i) {
    const Shape& shape = layers[i].output;
    return std::tie(depth[i], shape.height, shape.width, shape.channels, layers[i].config.name);
  };
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) { return rank(a) < rank(b); });
  std::vector<Layer> sorted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    position[order[i]] = static_cast<int>(i);
    sorted.push_back(std::move(layers[order[i]]));
    for (int& input : sorted.back().inputs) input = is_network_input(input) ? input : position[input];
  }
  layers = std::move(sorted);
}

}  // namespace rowflow

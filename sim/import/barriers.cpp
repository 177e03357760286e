#include "sim/import/barriers.hpp"

#include "sim/base/integer.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

namespace {

std::string barrier_kind(const Network& network, int index) {
  const Layer& layer = network.layers[index];
  if (layer.config.type == LayerType::squeeze_excite) {
    const bool is_classic = layer.inputs[0] == layer.inputs[1] && layer.config.squeeze_channels > 0;
    return is_classic ? "se" : "gate";
  }
  if (layer.config.type == LayerType::upsample && layer.input_shapes[0].height > 1) return "neck";
  if (layer.config.type != LayerType::global_avg_pool) return "";
  return "pool";
}

constexpr std::size_t most_visits =
    200'000'000;  // of layers: far beyond any real network, a bound for what is built to be slow

/// Joins that the barrier's output reaches first, with those of their operands that do not come through it.
void find_bypasses(const Network& network, int from, Barrier& barrier) {
  std::vector<bool> reached(network.layers.size(), false);
  reached[from] = true;
  for (std::size_t i = static_cast<std::size_t>(from) + 1; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    bool any = false, all = true;
    for (const int input : layer.inputs) {
      const bool through = !is_network_input(input) && reached[input];
      any = any || through;
      all = all && through;
    }
    if (any && all) reached[i] = true;  // beyond a join the barrier is no longer the only way
    if (!any || all) continue;
    if (layer.config.type == LayerType::multiply && barrier.kind == "pool") barrier.kind = "gate";
    for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
      const int input = layer.inputs[k];
      if (!is_network_input(input) && reached[input]) continue;
      const Shape& shape = shape_of(network, input);
      barrier.bypasses.push_back(
          {name_of(network, input), layer.config.name, checked_multiply(shape.height * shape.width, shape.channels)});
    }
  }
}

}  // namespace

std::vector<Barrier> find_barriers(const Network& network) {
  std::vector<Barrier> barriers;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const int index = static_cast<int>(i);
    if (barriers.size() * network.layers.size() > most_visits) break;
    Barrier barrier{network.layers[i].config.name, barrier_kind(network, index), {}};
    if (barrier.kind.empty()) continue;
    const Layer& layer = network.layers[i];
    if (layer.config.type == LayerType::squeeze_excite) {
      const Shape& scaled = layer.input_shapes[1];
      barrier.bypasses.push_back({name_of(network, layer.inputs[1]), layer.config.name,
                                  checked_multiply(scaled.height * scaled.width, scaled.channels)});
    } else {
      find_bypasses(network, index, barrier);
    }
    if (barrier.kind != "neck" || !barrier.bypasses.empty()) barriers.push_back(std::move(barrier));
  }
  return barriers;
}

}  // namespace rowflow

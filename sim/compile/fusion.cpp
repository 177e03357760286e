#include "sim/compile/fusion.hpp"

#include <algorithm>

namespace rowflow {

namespace {

bool feeds_only(const Network& network, const std::vector<bool>& live, int producer, int consumer) {
  const Layer& layer = network.layers[producer];
  if (std::count(network.outputs.begin(), network.outputs.end(), producer) > 0) return false;
  for (const int other : layer.consumers)
    if (other != consumer && live[other]) return false;
  const Layer& add = network.layers[consumer];
  return std::count(add.inputs.begin(), add.inputs.end(), producer) == 1;
}

int fusion_target(const Network& network, const std::vector<bool>& live, int index) {
  const Layer& add = network.layers[index];
  if (add.config.type != LayerType::add) return -1;
  for (const Shape& shape : add.input_shapes)
    if (!(shape == add.output)) return -1;
  int target = -1;
  for (const int input : add.inputs)
    if (!is_network_input(input) && input > target && network.layers[input].config.type == LayerType::conv &&
        feeds_only(network, live, input, index))
      target = input;
  return target;
}

}  // namespace

std::vector<bool> live_layers(const Network& network) {
  std::vector<bool> live(network.layers.size(), false);
  for (const int output : network.outputs) live[output] = true;
  for (std::size_t i = network.layers.size(); i-- > 0;) {
    if (!live[i]) continue;
    for (const int input : network.layers[i].inputs)
      if (!is_network_input(input)) live[input] = true;
  }
  return live;
}

std::vector<int> fused_adds(const Network& network, bool device_fuses) {
  std::vector<int> target(network.layers.size(), -1);
  if (!device_fuses) return target;
  const std::vector<bool> live = live_layers(network);
  for (std::size_t i = 0; i < network.layers.size(); ++i) target[i] = fusion_target(network, live, static_cast<int>(i));
  return target;
}

}  // namespace rowflow

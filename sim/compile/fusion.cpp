#include "sim/compile/fusion.hpp"

#include <algorithm>

namespace rowflow {

namespace {

/// What the layer reads: all its inputs, or of a static gate the map that it scales.
std::vector<int> read_by(const Layer& layer) {
  return is_static_gate(layer) ? std::vector<int>{layer.inputs[1]} : layer.inputs;
}

bool feeds_only(const Network& network, const std::vector<bool>& live, int producer, int consumer) {
  const Layer& layer = network.layers[producer];
  if (std::count(network.outputs.begin(), network.outputs.end(), producer) > 0) return false;
  for (const int other : layer.consumers)
    if (other != consumer && live[other]) return false;
  const std::vector<int> read = read_by(network.layers[consumer]);
  return std::count(read.begin(), read.end(), producer) == 1;
}

/// The layer whose rows this input of `consumer` has, through static gates that nobody else reads; network_input: none.
int sole_writer(const Network& network, const std::vector<bool>& live, int input, int consumer) {
  while (!is_network_input(input) && feeds_only(network, live, input, consumer)) {
    if (!is_static_gate(network.layers[input])) return input;
    consumer = input;
    input = network.layers[input].inputs[1];
  }
  return network_input;
}

int fusion_target(const Network& network, const std::vector<bool>& live, int index) {
  const Layer& add = network.layers[index];
  if (add.config.type != LayerType::add) return -1;
  for (const Shape& shape : add.input_shapes)
    if (!(shape == add.output)) return -1;
  int target = -1;
  for (const int input : add.inputs) {
    const int writer = sole_writer(network, live, input, index);
    if (writer > target && network.layers[writer].config.type == LayerType::conv) target = writer;
  }
  return target;
}

}  // namespace

std::vector<bool> live_layers(const Network& network) {
  std::vector<bool> live(network.layers.size(), false);
  for (const int output : network.outputs) live[output] = true;
  for (std::size_t i = network.layers.size(); i-- > 0;) {
    if (!live[i]) continue;
    for (const int input : read_by(network.layers[i]))
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

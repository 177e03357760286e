// A checked network: a DAG of layers with shapes, in topological order.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/network/network_config.hpp"

namespace rowflow {

struct Shape {
  Rows height = 0;
  std::int64_t width = 0, channels = 0;
  bool operator==(const Shape& o) const { return height == o.height && width == o.width && channels == o.channels; }
};

/// Index of the network's (first) input where a layer index is expected; further inputs have those below.
inline constexpr int network_input = -1;
constexpr bool is_network_input(int index) { return index <= network_input; }
/// An input's place among all, and back.
constexpr std::size_t input_place(int index) { return static_cast<std::size_t>(network_input - index); }
constexpr int input_at(std::size_t place) { return network_input - static_cast<int>(place); }
constexpr int further_input(std::size_t k) { return input_at(k + 1); }

struct Layer {
  LayerConfig config;       ///< padding resolved to explicit sides, names unique
  std::vector<int> inputs;  ///< layer indices, all smaller than its own; negative for inputs.
                            ///< squeeze_excite: {pooled, scaled}, both always present
  std::vector<Shape> input_shapes;
  Shape output;
  std::vector<int> consumers;
  Macs macs = 0;                ///< per frame; for squeeze_excite with its own tile_height
  std::int64_t parameters = 0;  ///< as published (batch norm 2 a channel)
  Bytes weight_bytes = 0;       ///< on the device: weights and one bias a channel, at weight_bits
};

struct NetworkInput {
  std::string name;
  Shape shape;
  int bits = 8;
};

struct Network {
  std::string file, name;
  Shape input;  ///< of several, the first: the one that may be paced (T17)
  int input_bits = 8;
  std::string input_name = "input";
  std::vector<NetworkInput> further_inputs;
  std::vector<Layer> layers;
  std::vector<int> outputs;  ///< layer indices
  Macs macs = 0;
  std::int64_t parameters = 0;
  std::vector<std::string> assumed_free;  ///< as in the config; results say so
};

/// Of a layer's output, or of an input.
const Shape& shape_of(const Network& network, int index);
/// Of a layer, or of an input.
const std::string& name_of(const Network& network, int index);

/// Resolves names, orders, infers shapes and checks them. Throws InputError naming file and JSON pointer.
Network build_network(const NetworkConfig& config);

/// A squeeze_excite layer in mode "static": it reads the map that it scales alone, and passes its rows on (T24).
inline bool is_static_gate(const Layer& layer) {
  return layer.config.type == LayerType::squeeze_excite && layer.config.se_mode == SqueezeMode::fixed;
}

}  // namespace rowflow

// Small networks and a round-numbered device built in code, so that tests of compile need no files.
#pragma once

#include <string>
#include <vector>

#include "sim/config/device.hpp"
#include "sim/network/network.hpp"

namespace rowflow::test {

/// Appends layers with shapes given by hand; consumers and outputs are derived at the end.
class NetworkBuilder {
 public:
  explicit NetworkBuilder(Shape input) {
    network_.name = "test";
    network_.file = "test.json";
    network_.input = input;
  }
  /// A further input (T17); returns its index.
  int input(const std::string& name, Shape shape) {
    network_.further_inputs.push_back({name, shape});
    return further_input(network_.further_inputs.size() - 1);
  }
  int conv(const std::string& name, int in, std::int64_t filters, std::int64_t kernel = 1, std::int64_t groups = 1,
           std::int64_t stride = 1) {
    LayerConfig c = named(name, LayerType::conv);
    c.kernel = {kernel, kernel};
    c.padding.top = c.padding.bottom = c.padding.left = c.padding.right = (kernel - 1) / 2;
    c.filters = filters;
    c.stride = {stride, stride};
    c.groups = groups;
    const Shape shape = shape_of(in);
    const Shape out{(shape.height - 1) / stride + 1, (shape.width - 1) / stride + 1, filters};
    const Macs macs = out.height * out.width * filters * (shape.channels / groups) * kernel * kernel;
    const int index = add(c, {in}, out, macs);
    network_.layers[index].weight_bytes = filters * (shape.channels / groups) * kernel * kernel + filters;
    return index;
  }
  int squeeze_excite(const std::string& name, int in, std::int64_t mid, std::int64_t tile = 0) {
    LayerConfig c = named(name, LayerType::squeeze_excite);
    c.squeeze_channels = mid;
    c.tile_height = tile;
    const Shape shape = shape_of(in);
    const int index = add(c, {in, in}, shape, 0);
    network_.layers[index].weight_bytes =
        mid > 0 ? 2 * shape.channels * mid + mid + shape.channels : shape.channels * (shape.channels + 1);
    return index;
  }
  /// Sets the mode of a squeeze and excite that was added.
  void set_mode(int block, SqueezeMode mode) { network_.layers[block].config.se_mode = mode; }
  /// A squeeze and excite that pools one map and scales another.
  int gate(const std::string& name, int pooled, int scaled, std::int64_t mid, std::int64_t tile) {
    LayerConfig c = named(name, LayerType::squeeze_excite);
    c.squeeze_channels = mid;
    c.tile_height = tile;
    return add(c, {pooled, scaled}, shape_of(scaled), 0);
  }
  /// The sum of two maps of the same shape.
  int skip(const std::string& name, int a, int b) { return layer(LayerType::add, name, {a, b}, shape_of(a)); }
  int layer(LayerType type, const std::string& name, std::vector<int> inputs, Shape output) {
    return add(named(name, type), std::move(inputs), output, 0);
  }
  Network finish(std::vector<int> outputs = {}) && {
    for (std::size_t i = 0; i < network_.layers.size(); ++i)
      for (const int input : network_.layers[i].inputs)
        if (!is_network_input(input)) network_.layers[input].consumers.push_back(static_cast<int>(i));
    if (outputs.empty())
      for (std::size_t i = 0; i < network_.layers.size(); ++i)
        if (network_.layers[i].consumers.empty()) outputs.push_back(static_cast<int>(i));
    network_.outputs = std::move(outputs);
    return std::move(network_);
  }

 private:
  static LayerConfig named(const std::string& name, LayerType type) {
    LayerConfig c;
    c.name = name;
    c.type = type;
    return c;
  }
  Shape shape_of(int layer) const { return rowflow::shape_of(network_, layer); }
  int add(LayerConfig config, std::vector<int> inputs, Shape output, Macs macs) {
    Layer layer;
    layer.config = std::move(config);
    layer.config.pointer = "/layers/" + std::to_string(network_.layers.size());
    for (const int input : inputs) layer.input_shapes.push_back(shape_of(input));
    layer.inputs = std::move(inputs);
    layer.output = output;
    layer.macs = macs;
    network_.layers.push_back(std::move(layer));
    return static_cast<int>(network_.layers.size()) - 1;
  }
  Network network_;
};

inline Parameter parameter(const std::string& name, std::int64_t value, bool assumed = false) {
  Parameter p;
  p.name = name;
  p.value = p.low = p.high = value;
  p.source = "test";
  p.assumed = assumed;
  return p;
}

/// 4 clusters of 16 subclusters and 8 controllers; 32 MACs per subcluster-cycle (depthwise 4, assumed), 8 elements a
/// cycle.
inline Device round_device() {
  Device d;
  d.name = "round";
  d.clock_hz = parameter("clock_hz", 1000000);
  d.clusters = parameter("clusters", 4);
  d.subclusters_per_cluster = parameter("subclusters_per_cluster", 16);
  d.controllers_per_cluster = parameter("controllers_per_cluster", 8);
  d.max_subclusters_per_layer = parameter("max_subclusters_per_layer", 8);
  d.compute_ceiling_percent = parameter("compute_ceiling_percent", 75);
  d.rates = {{"default", parameter("rates/default", 32000)}, {"depthwise", parameter("rates/depthwise", 4000, true)}};
  d.widths = {{"default", parameter("widths/default", 8)}};
  d.row_overhead = {{"default", parameter("row_overhead/default", 0)}};
  d.latency = {{"default", parameter("latency/default", 0)}};
  d.transfer_latency = parameter("transfer_latency", 0, true);
  d.credit_latency = parameter("credit_latency", 0);
  d.reciprocal_per_tile = parameter("reciprocal_per_tile", 3, true);
  d.control_ceiling_percent = parameter("control_ceiling_percent", 100);
  d.memory.cut_bytes = parameter("memory/cut_bytes", 1024);
  d.memory.l3_cuts_per_cluster = parameter("memory/l3_cuts_per_cluster", 512);
  d.input_link_bytes_per_kilocycle = parameter("input_link", 0);
  d.output_link_bytes_per_kilocycle = parameter("output_link", 0);
  return d;
}

}  // namespace rowflow::test

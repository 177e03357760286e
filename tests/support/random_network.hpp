// Small random networks of the usual blocks, and random devices near round_device() with some of each figure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include "tests/support/networks.hpp"

namespace rowflow::test {

class RandomDraw {
 public:
  explicit RandomDraw(std::uint64_t seed) : engine_(seed) {}
  /// In [low, high].
  std::int64_t operator()(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(std::int64_t n) { return (*this)(1, n) == 1; }

 private:
  std::mt19937_64 engine_;
};

/// A chain of 2 to 6 blocks: plain convolutions, inverted residuals with or without SE, of any mode, and skip.
inline Network random_network(std::uint64_t seed) {
  RandomDraw draw(seed);
  NetworkBuilder net({draw(6, 20), draw(6, 20), draw(1, 8)});
  std::int64_t channels = 4 * draw(1, 6);
  int last = net.conv("stem", network_input, channels, 3, 1, draw(1, 2));
  const std::int64_t blocks = draw(2, 6);
  for (std::int64_t k = 0; k < blocks; ++k) {
    const std::string name = "b" + std::to_string(k);
    const int start = last;
    if (draw.one_in(3)) {
      channels = 4 * draw(1, 16);
      last = net.conv(name, last, channels, draw.one_in(2) ? 1 : 3);
      continue;
    }
    const std::int64_t wide = channels * draw(2, 6);
    last = net.conv(name + ".expand", last, wide);
    last = net.conv(name + ".dw", last, wide, 3, wide);
    if (draw.one_in(2)) {
      last = net.squeeze_excite(name + ".se", last, draw(1, 8), draw.one_in(2) ? 0 : draw(1, 5));
      net.set_mode(last, static_cast<SqueezeMode>(draw(0, 2)));
    }
    last = net.conv(name + ".project", last, channels);
    if (draw.one_in(2)) last = net.skip(name + ".add", last, start);
  }
  return std::move(net).finish();
}

/// With limits of everything, so that more can matter; narrow wires between clusters in some.
inline Device random_device(std::uint64_t seed) {
  RandomDraw draw(seed * 7919 + 13);
  Device device = round_device();
  device.clusters = parameter("clusters", draw(2, 6));
  device.subclusters_per_cluster = parameter("subclusters_per_cluster", draw(8, 32));
  device.controllers_per_cluster = parameter("controllers_per_cluster", draw(6, 20));
  device.max_subclusters_per_layer = parameter("max_subclusters_per_layer", draw(2, 8));
  device.transfer_latency = parameter("transfer_latency", draw(0, 40));
  device.credit_latency = parameter("credit_latency", draw.one_in(2) ? 0 : draw(1, 20));
  device.memory.cut_bytes = parameter("memory/cut_bytes", 256);
  device.memory.l3_cuts_per_cluster = parameter("memory/l3_cuts_per_cluster", draw(40, 300));
  device.memory.l3_limit_cuts = parameter("memory/l3_limit_cuts", draw.one_in(2) ? draw(4, 30) : 0);
  device.memory.l4_cuts = parameter("memory/l4_cuts", draw.one_in(2) ? draw(4, 40) : 0);
  device.memory.l2_bytes_per_subcluster = parameter("memory/l2_bytes_per_subcluster", 64 * draw(0, 8));
  device.input_link_bytes_per_kilocycle = parameter("input_link", draw.one_in(3) ? 0 : draw(500, 8000));
  device.output_link_bytes_per_kilocycle = parameter("output_link", draw.one_in(3) ? 0 : draw(500, 8000));
  return device;
}

}  // namespace rowflow::test

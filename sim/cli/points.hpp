// From a request to the design points it means.
#pragma once

#include <string>
#include <vector>

#include "sim/cli/request.hpp"
#include "sim/config/device.hpp"
#include "sim/network/network.hpp"
#include "sim/sizing/evaluate.hpp"

namespace rowflow {

struct Point {
  std::string label;  ///< the tile height as asked; empty when the config decides
  Network network;
};

/// By the ending of its name.
bool is_onnx(const std::string& path);

/// A network by name or path, or an ONNX model. Throws InputError.
NetworkConfig named_network_config(const std::string& name, const ImportOptions& import);

Device requested_device(const Request& request);

/// --point DIR:ID: a sweep's point as it was, with the contents that the results folder keeps.
struct RequestedPoint {
  Point point;
  Device device;
  EvaluateOptions options;
};
RequestedPoint recalled_point(const Request& request);

/// One point a tile height, or one with what the config says. Throws InputError.
std::vector<Point> requested_points(const Request& request);

/// Buffer policy or file, budget, frames, pace, timing, fit, costs. Throws InputError.
EvaluateOptions evaluate_options(const Request& request);

}  // namespace rowflow

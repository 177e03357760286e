// From a request to the design points it means.
#pragma once

#include <string>
#include <vector>

#include "sim/cli/request.hpp"
#include "sim/point/bind.hpp"

namespace rowflow {

struct Point {
  std::string label;  ///< the tile height as asked; empty when the config decides
  Network network;
};

/// What a request's points share, and each one's network.
struct RequestedPoints {
  std::vector<Point> points;  ///< one a tile height, or one with what the config says
  nlohmann::json device_document;
  Device device;
  EvaluateOptions options;
};

/// Throws InputError.
RequestedPoints requested_points(const Request& request);

/// Of a command that takes one. Throws InputError("--tile-height") with `why` for several heights.
BoundPoint requested_point(const Request& request, const std::string& why);

/// --point DIR:ID: a sweep's point as it was, with the contents that the results folder keeps.
BoundPoint recalled_point(const Request& request);

}  // namespace rowflow

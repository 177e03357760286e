// The one hand-over from a design point to what compile and run take.
#pragma once

#include "sim/evaluate/evaluate.hpp"
#include "sim/import/import.hpp"
#include "sim/point/contents.hpp"

namespace rowflow {

/// One point ready to be evaluated.
struct BoundPoint {
  Network network;
  Device device;
  EvaluateOptions options;
};

/// `contents` must have what the point names. Throws InputError: what is wrong with this point.
BoundPoint bind(const DesignPoint& point, const Contents& contents);

/// Its parts.
Network bind_network(const DesignPoint& point, const Contents& contents);
nlohmann::json bind_device_document(const DesignPoint& point, const Contents& contents);
Device bind_device(const DesignPoint& point, const Contents& contents);
EvaluateOptions bind_options(const DesignPoint& point, const Contents& contents);

/// How the point's ONNX model is read.
ImportOptions bind_import(const DesignPoint& point);

/// Reads what the point names, and binds it.
BoundPoint read_and_bind(const DesignPoint& point);

/// Rows of a checked tile height: 0 for "full".
Rows tile_rows(const std::string& tile_height);

/// Of a checked name.
SqueezeMode squeeze_mode(const std::string& se_mode);

}  // namespace rowflow

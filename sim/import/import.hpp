// ONNX to a network config. What the timing model has no rule for is refused, never guessed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/import/barriers.hpp"
#include "sim/network/network_config.hpp"

namespace rowflow {

struct ImportOptions {
  std::optional<Size2> input_size;       ///< height and width of the input; required when the model leaves them open
  std::vector<std::string> outputs;      ///< tensors or nodes that the network ends at; empty: the model's outputs
  std::vector<std::string> assume_free;  ///< operators or nodes that, if refused, cost nothing; the result says where
};

struct ImportResult {
  NetworkConfig network;
  std::vector<Barrier> barriers;
  std::vector<std::string> warnings;  ///< what the import had to express in another way
};

/// Reads an ONNX model (opsets 7 to 22; weights inside, external or absent). Throws InputError that lists every node
/// the timing model does not cover, with operator and reason; also for files that are no ONNX model, have several
/// inputs, or sizes beyond the limits of a network.
ImportResult import_onnx(const std::string& path, const ImportOptions& options);

}  // namespace rowflow

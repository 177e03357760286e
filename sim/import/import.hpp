// ONNX to a network config. What the timing model has no rule for is refused, never guessed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/network/network_config.hpp"

namespace rowflow {

struct ImportOptions {
  std::optional<Size2> input_size;       ///< height and width of the input; required when the model leaves them open
  std::vector<std::string> outputs;      ///< tensors or nodes that the network ends at; empty: the model's outputs
  std::vector<std::string> assume_free;  ///< operators or nodes that, if refused, cost nothing; the result says where
};

/// A layer whose first output row needs the whole map, with what waits beside it.
struct Barrier {
  std::string layer;
  std::string kind;  ///< "se" | "gate" | "pool" | "neck" (a join of rows that arrive far apart)
  struct Bypass {
    std::string from, to;       ///< layers (or "input")
    std::int64_t elements = 0;  ///< of the whole map that waits
  };
  std::vector<Bypass> bypasses;
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

/// The whole-map barriers of a checked network, in its order.
struct Network;
std::vector<Barrier> find_barriers(const Network& network);

/// Products of a map and one value a channel that are no squeeze_excite layers: a line each, with the reason. Tile
/// heights do not reach them.
std::vector<std::string> find_near_blocks(const Network& network);

}  // namespace rowflow

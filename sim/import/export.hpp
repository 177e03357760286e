// The user's ONNX model with its squeeze-and-excite blocks tiled, weights untouched.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/import/import.hpp"
#include "sim/network/network_config.hpp"

namespace rowflow {

/// Calibrated factors by layer, one a channel of the map that the block scales.
using Gates = std::map<std::string, std::vector<double>>;

struct ExportOptions {
  std::optional<Rows> tile_height;                         ///< of all blocks; 0 = full
  std::optional<int> first;                                ///< only of the first so many, the others full
  std::vector<std::pair<std::string, Rows>> blocks;        ///< of single blocks, by layer name, after the above
  std::optional<SqueezeMode> mode;                         ///< of all blocks; none: tiled
  std::vector<std::pair<std::string, SqueezeMode>> modes;  ///< of single blocks
  Gates gates;                                             ///< of blocks in mode fixed
};

struct ExportResult {
  struct Block {
    std::string layer;
    Rows height = 0, tile_height = 0;  ///< tile_height 0: left as it is, or static
    SqueezeMode mode = SqueezeMode::tiled;
  };
  std::vector<Block> blocks;
  std::string bytes;  ///< the model
};

/// Every block of T < H rows: average pool of T×W with ceil_mode, the same excite on every tile, nearest resize, cut to
/// H rows, multiply; cumulative: the pool's windows all begin at the first row. Static: the factors in place of the
/// gate, and nothing that led to it. Inputs, outputs and stored tensors stay. The result passes the ONNX checker and
/// imports with the same tile heights (a Defect otherwise). Throws InputError as import_onnx, for a model without
/// blocks, and for blocks that cannot be rewritten.
ExportResult export_tiled(const std::string& path, const ExportOptions& options, const ImportOptions& import);

/// The model with the gates of its blocks as its only outputs, and which is whose: what calibrates factors.
struct GateOutputs {
  struct Gate {
    std::string layer;
    std::int64_t channels = 0;
  };
  std::vector<Gate> gates;  ///< in the order of the outputs
  std::string bytes;
};
GateOutputs gate_outputs(const std::string& path, const ImportOptions& import);

/// The line of the vendor compiler's model script that makes the same choice. Throws InputError when the choice is not
/// one height for the first K blocks, or not tiled.
std::string script_line(const std::vector<ExportResult::Block>& blocks);

/// What export_tiled would do, without doing it.
std::vector<ExportResult::Block> chosen_blocks(const std::string& path, const ExportOptions& options,
                                               const ImportOptions& import);

}  // namespace rowflow

// --penalties FILE: what a tile height costs in accuracy, by block, in the user's own measure; and how that was
// measured, when `rowflow penalties` did.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/preprocess_file.hpp"

namespace rowflow {

/// By SE layer, by rows a tile; by static_gate for calibrated factors in place of the gate.
using Penalties = std::map<std::string, std::map<std::int64_t, double>>;

inline constexpr std::int64_t static_gate = 0;

/// Data and measure, enough to measure other heights alike.
struct MeasuredWith {
  std::string model, model_hash, data, data_hash;  ///< paths as they were given, hashes of contents
  std::int64_t samples = 0;
  std::string metric = "distance";  ///< distance | top1 | iou, or the path of a program
  double threshold = 0.5;           ///< of iou: mask where an output of one channel is above it
  std::string se_mode = "tiled";    ///< tiled | cumulative | static
  std::string labels;               ///< file; empty: none
  Preprocess preprocess;
  std::string runtime;  ///< what ran the models, with its version
  Penalties standard_errors;
};

struct PenaltiesFile {
  std::string description;
  Penalties penalties;
  std::optional<MeasuredWith> measured;
  std::map<std::string, std::vector<double>> gates;  ///< by SE layer: calibrated factors, one a channel
};

/// Reads {"$schema": …, "description": …, "measured": {…}, "penalties": {"<layer>": {"<rows>" or "static": penalty,
/// …}}, "gates": {"<layer>": [factor, …]}}: penalties at least 0. Whether the layers exist is known only to who has the
/// network. Throws InputError.
PenaltiesFile read_penalties_file(const std::string& path);

/// The same from a document; `file` is named in messages.
PenaltiesFile penalties_from(const nlohmann::json& document, const std::string& file);

/// Throws InputError(where), with the nearest name, where a layer is none of `blocks`.
void check_block_names(const Penalties& penalties, const std::vector<std::string>& blocks, const std::string& where);

/// The text of such a file.
std::string write_penalties_file(const PenaltiesFile& file);

}  // namespace rowflow

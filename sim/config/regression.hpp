// configs/regressions/*.json: one design point, and what is expected of its result.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/expectation.hpp"

namespace rowflow {

/// As the command line's options of the same names; checked for form. Files are paths that exist from where the program runs.
struct RegressionOptions {
  std::string tile_height;                                         ///< "full", rows, or empty: what the network says
  std::vector<std::pair<std::string, std::string>> block_heights;  ///< (layer, "full" or rows)
  std::optional<int> tile_first;
  std::string buffers = "full-rate";               ///< minimal | full-rate | a buffers file
  std::map<std::string, std::int64_t> capacities;  ///< rows by buffer name, on top of `buffers`
  std::optional<std::int64_t> buffer_kib;
  std::string fit = "assume", timing = "decoupled";
  std::string costs;    ///< CSV file; empty: the device's
  std::string mapping;  ///< explicit allocation, a file or a shipped name; empty: none
  int frames = 0;
  double fps = 0;
  std::optional<std::pair<std::int64_t, std::int64_t>> input_size;  ///< height, width of an ONNX model; else the model's own
  std::vector<std::string> assume_free;
};

struct Regression {
  std::string file, name;       ///< the name is the file's, without folder and ending
  std::string network, device;  ///< shipped names, or paths
  RegressionOptions options;
  std::vector<Expectation> expectations;  ///< in the file's order
};

/// Reads a regression config (strict; throws InputError with file, pointer, found, expected).
Regression read_regression(const std::string& path);

/// The regression configs meant by a path: itself, or the .json files of a folder, sorted. Throws InputError when there are none.
std::vector<std::string> regression_files(const std::string& path);

/// The text of a regression config with the expectations that differ replaced by what came out: same keys in the same order, an
/// expectation a line. A field that the result does not have keeps its expectation.
std::string update_expectations(const std::string& text, const std::vector<FieldDifference>& differences);

}  // namespace rowflow

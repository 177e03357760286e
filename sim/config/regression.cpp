#include "sim/config/regression.hpp"

#include <algorithm>
#include <filesystem>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/config/parse.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A path is relative to the file that names it; anything else is the name of what comes with the program.
std::string located(const Reader& reader, const std::string& file) {
  const std::string name = reader.name();
  const fs::path path(name);
  if (name.find('/') == std::string::npos && !path.has_extension()) return name;
  return path.is_absolute() ? name : (fs::path(file).parent_path() / path).lexically_normal().string();
}

std::string tile_height(const Reader& reader) {
  if (reader.is_text()) return reader.one_of({"full"});
  return std::to_string(reader.integer(1, 999'999'999, "\"full\" or integer in [1, 999999999]"));
}

void read_buffers(const Reader& reader, const std::string& file, RegressionOptions& options) {
  if (reader.is_text()) {
    const std::string text = reader.name();
    options.buffers = text == "minimal" || text == "full-rate" || text == "best" ? text : located(reader, file);
    return;
  }
  for (const auto& [name, rows] : reader.members()) options.capacities[name] = rows.integer(1, 1'000'000'000);
}

RegressionOptions read_options(const Reader& reader, const std::string& file) {
  RegressionOptions options;
  reader.expect_keys({"tile_height", "tile_heights", "tile_first", "buffers", "buffer_kib", "fit", "frames", "fps", "timing", "costs",
                      "mapping", "input_size", "assume_free"});
  if (reader.has("tile_height")) options.tile_height = tile_height(reader.at("tile_height"));
  if (reader.has("tile_heights")) {
    for (const auto& [layer, rows] : reader.at("tile_heights").members()) options.block_heights.emplace_back(layer, tile_height(rows));
  }
  if (reader.has("tile_first")) {
    if (options.tile_height.empty()) reader.at("tile_first").fail("expected \"tile_height\" beside it: the height of the first blocks");
    options.tile_first = static_cast<int>(reader.at("tile_first").integer(0, 1'000'000));
  }
  if (reader.has("buffers")) read_buffers(reader.at("buffers"), file, options);
  if (reader.has("buffer_kib")) options.buffer_kib = reader.at("buffer_kib").integer(1, std::int64_t{1} << 50);
  if (reader.has("fit")) options.fit = reader.at("fit").one_of({"assume", "require"});
  if (reader.has("frames")) options.frames = static_cast<int>(reader.at("frames").integer(1, 1'000'000));
  if (reader.has("fps")) options.fps = reader.at("fps").number(1e-9, 1e15);
  if (reader.has("timing")) options.timing = reader.at("timing").one_of({"decoupled", "synchronous"});
  if (reader.has("costs")) options.costs = located(reader.at("costs"), file);
  if (reader.has("mapping")) options.mapping = located(reader.at("mapping"), file);
  if (reader.has("input_size")) {
    const auto sides = reader.at("input_size").items(2);
    if (sides.size() != 2) reader.at("input_size").mismatch("[height, width]");
    options.input_size.emplace(sides[0].integer(1, 65536), sides[1].integer(1, 65536));
  }
  if (reader.has("assume_free")) {
    for (const Reader& item : reader.at("assume_free").items()) options.assume_free.push_back(item.name());
  }
  return options;
}

/// A key a line; of the expectations, each.
std::string regression_text(const Json& document) {
  std::string text = "{", separator = "\n";
  for (const auto& [key, value] : document.items()) {
    text += std::exchange(separator, ",\n") + "  " + json_text(Json(key)) + ": ";
    if (key != "expect") {
      text += inline_json(value);
      continue;
    }
    std::string inner = "\n";
    text += "{";
    for (const auto& [pointer, expected] : value.items())
      text += std::exchange(inner, ",\n") + "    " + json_text(Json(pointer)) + ": " + inline_json(expected);
    text += "\n  }";
  }
  return text + "\n}\n";
}

}  // namespace

Regression read_regression(const std::string& path) {
  const std::string text = read_text(path);
  const nlohmann::json document = parse_json(text, path);
  const Json ordered = parse_ordered_json(text, path);  // the same once more, for the order of the expectations
  const Reader root(path, document);
  root.expect_keys({"$schema", "description", "network", "device", "options", "expect"});
  for (const char* key : {"$schema", "description"}) {
    if (root.has(key)) root.at(key).text();
  }
  Regression regression;
  regression.file = path;
  regression.name = fs::path(path).stem().string();
  regression.network = located(root.at("network"), path);
  regression.device = root.has("device") ? located(root.at("device"), path) : "hailo8";
  if (root.has("options")) regression.options = read_options(root.at("options"), path);
  const Reader expect = root.at("expect");
  if (expect.members().empty()) expect.fail("found no expectation, expected at least one");
  for (const auto& [pointer, value] : ordered.at("expect").items())
    regression.expectations.push_back(read_expectation(pointer, expect.at(pointer), value));
  return regression;
}

std::vector<std::string> regression_files(const std::string& path) {
  std::error_code none;
  if (!fs::is_directory(path, none)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, none)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  }
  if (files.empty()) throw InputError(path, "found no .json file in this folder, expected regression configs");
  std::sort(files.begin(), files.end());
  return files;
}

std::string update_expectations(const std::string& text, const std::vector<FieldDifference>& differences) {
  Json document = parse_ordered_json(text, "the regression");
  for (const FieldDifference& difference : differences) {
    if (difference.replacement) document.at("expect")[difference.pointer] = *difference.replacement;
  }
  return regression_text(document);
}

}  // namespace rowflow

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

std::vector<std::string> regression_files(const std::string& path) {
  std::error_code none;
  if (!fs::is_directory(path, none)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, none)) {
    if (entry.path().extension() == ".json" && entry.path().filename() != suite_file)
      files.push_back(entry.path().string());
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

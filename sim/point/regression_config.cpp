#include "sim/point/regression_config.hpp"

#include <algorithm>
#include <filesystem>

#include "sim/base/error.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/regression.hpp"

namespace rowflow {

namespace {

/// Beside the network and the device, which stand outside.
void read_options(const Reader& reader, const std::string& file, DesignPoint& point) {
  std::vector<std::string> keys = knob_keys(Command::regress, KnobPart::all);
  const auto outside = [](const std::string& key) { return key == "network" || key == "device"; };
  keys.erase(std::remove_if(keys.begin(), keys.end(), outside), keys.end());
  reader.expect_keys(keys);
  read_knobs(reader, file, Command::regress, KnobPart::all, point);
}

/// Of the folder that a case is in; nothing where there is none.
Suite suite_of(const std::string& path) {
  const std::filesystem::path file = std::filesystem::path(path).parent_path() / suite_file;
  std::error_code none;
  return std::filesystem::exists(file, none) ? read_suite(file.string()) : Suite{};
}

}  // namespace

Suite read_suite(const std::string& path) {
  const nlohmann::json document = parse_json_file(path);
  const Reader root(path, document);
  root.expect_keys({"$schema", "description", "device", "options", "tolerance_percent"});
  for (const char* key : {"$schema", "description"})
    if (root.has(key)) root.at(key).text();
  Suite suite;
  if (root.has("options")) read_options(root.at("options"), path, suite.point);
  if (root.has("device")) suite.point.set(Knob::device, knob_value(row_of(Knob::device), root.at("device"), path));
  if (root.has("tolerance_percent")) suite.tolerance_percent = root.at("tolerance_percent").number(0, 1e12);
  return suite;
}

Regression read_regression(const std::string& path) {
  if (std::filesystem::path(path).filename() == suite_file)
    throw InputError(path, "holds what the cases of its folder share, expected one of them, or the folder");
  const std::string text = read_text(path);
  const nlohmann::json document = parse_json(text, path);
  const auto ordered = parse_ordered_json(text, path);  // the same once more, for the order of the expectations
  const Reader root(path, document);
  root.expect_keys({"$schema", "description", "network", "device", "options", "expect"});
  for (const char* key : {"$schema", "description"})
    if (root.has(key)) root.at(key).text();
  Regression regression;
  regression.file = path;
  regression.name = std::filesystem::path(path).stem().string();
  const Suite suite = suite_of(path);
  regression.point = suite.point;
  if (root.has("options")) read_options(root.at("options"), path, regression.point);
  regression.point.set(Knob::network, knob_value(row_of(Knob::network), root.at("network"), path));
  if (root.has("device")) regression.point.set(Knob::device, knob_value(row_of(Knob::device), root.at("device"), path));
  check_together(regression.point, root.has("options") ? root.at("options").where() : path);
  const Reader expect = root.at("expect");
  if (expect.members().empty()) expect.fail("found no expectation, expected at least one");
  for (const auto& [pointer, value] : ordered.at("expect").items())
    regression.expectations.push_back(read_expectation(pointer, expect.at(pointer), value, suite.tolerance_percent));
  return regression;
}

}  // namespace rowflow

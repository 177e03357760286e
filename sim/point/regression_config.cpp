#include "sim/point/regression_config.hpp"

#include <algorithm>
#include <filesystem>

#include "sim/base/error.hpp"
#include "sim/config/parse.hpp"

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

}  // namespace

Regression read_regression(const std::string& path) {
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
  if (root.has("options")) read_options(root.at("options"), path, regression.point);
  regression.point.set(Knob::network, knob_value(row_of(Knob::network), root.at("network"), path));
  if (root.has("device")) regression.point.set(Knob::device, knob_value(row_of(Knob::device), root.at("device"), path));
  if (root.has("options")) check_together(regression.point, root.at("options").where());
  const Reader expect = root.at("expect");
  if (expect.members().empty()) expect.fail("found no expectation, expected at least one");
  for (const auto& [pointer, value] : ordered.at("expect").items())
    regression.expectations.push_back(read_expectation(pointer, expect.at(pointer), value));
  return regression;
}

}  // namespace rowflow

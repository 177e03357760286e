#include "sim/config/penalties_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/visible_text.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

Penalties by_height(const Reader& reader) {
  Penalties penalties;
  for (const auto& [layer, heights] : reader.members()) {
    auto& of_layer = penalties[layer];
    for (const auto& [rows, penalty] : heights.members()) {
      if (rows == "static") {
        of_layer[static_gate] = penalty.number(0, 1e12);
        continue;
      }
      const bool number = !rows.empty() && rows.size() <= 9 && rows[0] != '0' &&
                          rows.find_first_not_of("0123456789") == std::string::npos;
      if (!number)
        penalty.fail(
            fmt::format("found the tile height \"{}\", expected a number of rows of at least 1, or \"static\"", rows));
      of_layer[std::stoll(rows)] = penalty.number(0, 1e12);
    }
  }
  return penalties;
}

std::map<std::string, std::vector<double>> gates_from(const Reader& reader) {
  std::map<std::string, std::vector<double>> gates;
  for (const auto& [layer, factors] : reader.members())
    for (const Reader& factor : factors.items(1)) gates[layer].push_back(factor.number(-1e12, 1e12));
  return gates;
}

MeasuredWith measured_with(const Reader& reader) {
  reader.expect_keys({"model", "model_hash", "data", "data_hash", "samples", "metric", "threshold", "se_mode", "labels",
                      "preprocess", "runtime", "standard_errors"});
  MeasuredWith read;
  read.model = reader.at("model").text();
  read.data = reader.at("data").name();
  read.metric = reader.at("metric").name();
  read.samples = reader.at("samples").integer(1, 1'000'000'000);
  if (reader.has("model_hash")) read.model_hash = reader.at("model_hash").text();
  if (reader.has("data_hash")) read.data_hash = reader.at("data_hash").text();
  if (reader.has("threshold")) read.threshold = reader.at("threshold").number();
  if (reader.has("se_mode")) read.se_mode = reader.at("se_mode").one_of({"tiled", "cumulative", "static"});
  if (reader.has("labels")) read.labels = reader.at("labels").text();
  if (reader.has("preprocess")) read.preprocess = preprocess_from(reader.at("preprocess"));
  if (reader.has("runtime")) read.runtime = reader.at("runtime").text();
  if (reader.has("standard_errors")) read.standard_errors = by_height(reader.at("standard_errors"));
  return read;
}

/// Six digits: no measurement has more.
double rounded(double value) { return std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr); }

Json by_height_json(const Penalties& penalties) {
  Json json = Json::object();
  for (const auto& [layer, heights] : penalties) {
    Json row = Json::object();
    for (auto height = heights.rbegin(); height != heights.rend(); ++height)
      row[height->first == static_gate ? "static" : std::to_string(height->first)] = rounded(height->second);
    json[layer] = std::move(row);
  }
  return json;
}

Json gates_json(const std::map<std::string, std::vector<double>>& gates) {
  Json json = Json::object();
  for (const auto& [layer, factors] : gates)
    for (const double factor : factors) json[layer].push_back(rounded(factor));
  return json;
}

Json measured_json(const MeasuredWith& measured) {
  Json json{{"model", measured.model},         {"model_hash", measured.model_hash}, {"data", measured.data},
            {"data_hash", measured.data_hash}, {"samples", measured.samples},       {"metric", measured.metric},
            {"threshold", measured.threshold}};
  if (measured.se_mode != "tiled") json["se_mode"] = measured.se_mode;
  if (!measured.labels.empty()) json["labels"] = measured.labels;
  json["preprocess"] = preprocess_json(measured.preprocess);
  json["runtime"] = measured.runtime;
  json["standard_errors"] = by_height_json(measured.standard_errors);
  return json;
}

/// One line a block.
std::string lines_of(const Json& json, const std::string& indent) {
  std::string text = "{";
  for (const auto& [key, value] : json.items())
    text += fmt::format("{}\n{}  {}: {}", text.size() > 1 ? "," : "", indent, json_text(Json(key)), json_text(value));
  return text + "\n" + indent + "}";
}

}  // namespace

PenaltiesFile read_penalties_file(const std::string& path) { return penalties_from(parse_json_file(path), path); }

PenaltiesFile penalties_from(const nlohmann::json& document, const std::string& file) {
  const Reader root(file, document);
  root.expect_keys({"$schema", "description", "measured", "penalties", "gates"});
  if (root.has("$schema")) root.at("$schema").text();
  PenaltiesFile read;
  if (root.has("description")) read.description = root.at("description").text();
  if (root.has("measured")) read.measured = measured_with(root.at("measured"));
  read.penalties = by_height(root.at("penalties"));
  if (root.has("gates")) read.gates = gates_from(root.at("gates"));
  return read;
}

void check_block_names(const Penalties& penalties, const std::vector<std::string>& blocks, const std::string& where) {
  for (const auto& [layer, heights] : penalties) {
    if (std::find(blocks.begin(), blocks.end(), layer) == blocks.end())
      throw InputError(where, fmt::format("no squeeze_excite layer is named \"{}\"{}", visible_text(layer),
                                          nearest_hint(layer, blocks)));
  }
}

std::string write_penalties_file(const PenaltiesFile& file) {
  std::string text = "{\n  \"$schema\": \"penalties.schema.json\",\n";
  text += fmt::format("  \"description\": {},\n", json_text(Json(file.description)));
  if (file.measured) text += fmt::format("  \"measured\": {},\n", lines_of(measured_json(*file.measured), "  "));
  text += fmt::format("  \"penalties\": {}", lines_of(by_height_json(file.penalties), "  "));
  if (!file.gates.empty()) text += fmt::format(",\n  \"gates\": {}", lines_of(gates_json(file.gates), "  "));
  return text + "\n}\n";
}

}  // namespace rowflow

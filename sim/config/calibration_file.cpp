#include "sim/config/calibration_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

constexpr std::size_t most_parameters = 6;

FitParameter read_parameter(const Reader& reader) {
  reader.expect_keys({"parameter", "candidates", "reason"});
  FitParameter parameter{reader.at("parameter").name(), {}, reader.at("reason").name()};
  for (const Reader& item : reader.at("candidates").items(1))
    parameter.candidates.push_back(item.integer(0, 1'000'000'000'000));
  return parameter;
}

MeasuredNetwork read_network(const Reader& reader) {
  reader.expect_keys({"network", "fps", "only_check", "before_fps", "mode"});
  MeasuredNetwork measured;
  measured.network = reader.at("network").name();
  measured.fps = reader.at("fps").number(0.001, 1e9);
  if (reader.has("only_check")) measured.only_check = reader.at("only_check").boolean();
  if (reader.has("before_fps")) measured.before_fps = reader.at("before_fps").number(0.001, 1e9);
  if (reader.has("mode"))
    measured.performance_mode = reader.at("mode").one_of({"default", "performance"}) == "performance";
  return measured;
}

MeasuredPower read_power(const Reader& reader) {
  reader.expect_keys({"network", "gmacs", "fps", "watts"});
  MeasuredPower measured;
  measured.network = reader.at("network").name();
  if (reader.has("gmacs")) measured.gmacs = reader.at("gmacs").number(1e-6, 1e6);
  measured.fps = reader.at("fps").number(0.001, 1e9);
  measured.watts = reader.at("watts").number(0.001, 1e6);
  return measured;
}

void read_lists(const Reader& root, CalibrationFile& file) {
  root.expect_keys({"$schema", "description", "source", "fit", "lists"});
  for (const Reader& item : root.at("lists").items(1)) file.lists.push_back(item.name());
}

void read_measured(const Reader& root, CalibrationFile& file) {
  root.expect_keys({"$schema", "description", "source", "device", "before", "fit", "networks", "power", "lists"});
  file.device = root.at("device").name();
  if (root.has("before")) file.before = root.at("before").text();
  if (root.has("networks") || !root.has("power"))
    for (const Reader& item : root.at("networks").items(1)) file.networks.push_back(read_network(item));
  if (root.has("power"))
    for (const Reader& item : root.at("power").items(2)) file.power.push_back(read_power(item));
}

}  // namespace

CalibrationFile read_calibration_file(const std::string& path) {
  const nlohmann::json document = parse_json_file(path);
  const Reader root(path, document);
  if (!root.is_object()) root.mismatch("an object");
  CalibrationFile file;
  file.file = path;
  if (root.has("lists"))
    read_lists(root, file);
  else
    read_measured(root, file);
  for (const char* key : {"$schema", "description"})
    if (root.has(key)) root.at(key).text();
  if (root.has("source")) file.source = root.at("source").text();
  if (root.has("fit"))
    for (const Reader& item : root.at("fit").items()) file.fit.push_back(read_parameter(item));
  if (file.fit.size() > most_parameters)
    root.at("fit").fail(fmt::format("found {} fitted parameters, expected at most {}: more would fit anything",
                                    file.fit.size(), most_parameters));
  return file;
}

}  // namespace rowflow

#include "sim/config/calibration_file.hpp"

#include <nlohmann/json.hpp>

#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

constexpr std::size_t most_parameters = 4;

FitParameter read_parameter(const Reader& reader) {
  reader.expect_keys({"parameter", "candidates", "reason"});
  FitParameter parameter{reader.at("parameter").name(), {}, reader.at("reason").name()};
  for (const Reader& item : reader.at("candidates").items(1))
    parameter.candidates.push_back(item.integer(0, 1'000'000'000'000));
  return parameter;
}

MeasuredNetwork read_network(const Reader& reader) {
  reader.expect_keys({"network", "fps", "only_check"});
  MeasuredNetwork measured{reader.at("network").name(), reader.at("fps").number(0.001, 1e9)};
  if (reader.has("only_check")) measured.only_check = reader.at("only_check").boolean();
  return measured;
}

}  // namespace

CalibrationFile read_calibration_file(const std::string& path) {
  const nlohmann::json document = parse_json_file(path);
  const Reader root(path, document);
  root.expect_keys({"$schema", "description", "source", "device", "fit", "networks"});
  CalibrationFile file;
  file.file = path;
  file.device = root.at("device").name();
  for (const char* key : {"$schema", "description"})
    if (root.has(key)) root.at(key).text();
  if (root.has("source")) file.source = root.at("source").text();
  if (root.has("fit"))
    for (const Reader& item : root.at("fit").items()) file.fit.push_back(read_parameter(item));
  if (file.fit.size() > most_parameters) root.at("fit").fail("found more than 4 fitted parameters, expected at most 4");
  for (const Reader& item : root.at("networks").items(1)) file.networks.push_back(read_network(item));
  return file;
}

}  // namespace rowflow

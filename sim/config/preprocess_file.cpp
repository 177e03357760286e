#include "sim/config/preprocess_file.hpp"

#include <nlohmann/json.hpp>

#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

/// One number for all channels, or one each.
std::vector<double> by_channel(const Reader& reader, double low) {
  std::vector<double> values;
  if (!reader.is_array()) return {reader.number(low, 1e9)};
  for (const Reader& item : reader.items(1)) values.push_back(item.number(low, 1e9));
  if (values.size() != 1 && values.size() != 3) reader.mismatch("one number, or one for each of three channels");
  return values;
}

}  // namespace

Preprocess preprocess_from(const Reader& reader) {
  constexpr double least_std = 1e-9;
  reader.expect_keys({"$schema", "description", "scale", "mean", "std", "colour", "fit", "interpolation", "resize"});
  for (const char* key : {"$schema", "description"}) {
    if (reader.has(key)) reader.at(key).text();
  }
  Preprocess read;
  if (reader.has("scale")) read.scale = reader.at("scale").number(1e-9, 1e9);
  if (reader.has("mean")) read.mean = by_channel(reader.at("mean"), -1e9);
  if (reader.has("std")) read.std = by_channel(reader.at("std"), least_std);
  if (reader.has("colour")) read.colour = reader.at("colour").one_of({"rgb", "bgr"});
  if (reader.has("fit")) read.fit = reader.at("fit").one_of({"stretch", "crop", "pad"});
  if (reader.has("interpolation"))
    read.interpolation = reader.at("interpolation").one_of({"linear", "cubic", "lanczos", "nearest"});
  if (reader.has("resize")) {
    const auto sides = reader.at("resize").items(2);
    if (sides.size() != 2) reader.at("resize").mismatch("[height, width]");
    read.resize = {sides[0].integer(1, 65536), sides[1].integer(1, 65536)};
  }
  return read;
}

Preprocess read_preprocess_file(const std::string& path) {
  const nlohmann::json document = parse_json_file(path);
  return preprocess_from(Reader(path, document));
}

nlohmann::ordered_json preprocess_json(const Preprocess& preprocess) {
  nlohmann::ordered_json json{{"scale", preprocess.scale}, {"mean", preprocess.mean},
                              {"std", preprocess.std},     {"colour", preprocess.colour},
                              {"fit", preprocess.fit},     {"interpolation", preprocess.interpolation}};
  if (preprocess.resize.first > 0) json["resize"] = {preprocess.resize.first, preprocess.resize.second};
  return json;
}

}  // namespace rowflow

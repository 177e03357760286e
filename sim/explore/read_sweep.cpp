// configs/sweeps/*.json ↔ Sweep.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"
#include "sim/explore/sweep.hpp"

namespace rowflow {

namespace {

struct AxisKey {
  const char* key;
  AxisKind kind;
};
// In the order of the grid's loops.
const std::vector<AxisKey> plain_axes{{"tile_height", AxisKind::tile_height},
                                      {"tile_first", AxisKind::tile_first},
                                      {"buffers", AxisKind::buffers},
                                      {"buffer_kib", AxisKind::buffer_kib},
                                      {"fps", AxisKind::fps}};

/// 3.0 and 4e8 count as integers, as in JSON Schema.
std::string number_text(const nlohmann::json& value) {
  if (!value.is_number_float()) return json_text(value);
  const double number = value.get<double>();
  const bool whole = std::abs(number) < 1e15 && number == std::floor(number);
  return whole ? std::to_string(static_cast<std::int64_t>(number)) : json_text(value);
}

/// A value of the document as the command line would have it.
std::string value_text(const Reader& reader, AxisKind kind, const nlohmann::json& value) {
  std::string text;
  if (value.is_string())
    text = value.get<std::string>();
  else if (value.is_number() || (value.is_boolean() && kind == AxisKind::figure))
    text = number_text(value);
  else
    reader.mismatch("a number or a name");
  if (kind == AxisKind::figure && value.is_string()) reader.mismatch("an integer, true or false");
  check_axis_value(kind, text, reader.where());
  const bool number = value.is_number() || value.is_boolean();
  const bool word = text == "full" || text == "none" || text == "steady" || kind == AxisKind::buffers || kind == AxisKind::network;
  if (number == word) reader.mismatch(word ? "a name" : "a number");
  return text;
}

class SweepReader {
 public:
  SweepReader(const nlohmann::json& document, const std::string& file) : document_(document), root_(file, document) { sweep_.file = file; }

  Sweep read() {
    root_.expect_keys({"$schema", "description", "network", "device", "frames", "fit", "costs", "mapping", "grid", "points"});
    for (const char* text : {"$schema", "description"})
      if (root_.has(text)) root_.at(text).text();
    const Reader network = root_.at("network");
    if (network.is_array())
      for (const Reader& item : network.items(1)) sweep_.networks.push_back(item.name());
    else
      sweep_.networks.push_back(network.name());
    if (root_.has("device")) sweep_.device = root_.at("device").name();
    if (root_.has("frames")) read_frames(root_.at("frames"));
    if (root_.has("fit")) sweep_.fit = root_.at("fit").one_of({"assume", "require"});
    if (root_.has("costs")) sweep_.costs = root_.at("costs").name();
    if (root_.has("mapping")) sweep_.mapping = root_.at("mapping").name();
    sweep_.has_grid = root_.has("grid");
    if (sweep_.has_grid) read_grid(root_.at("grid"));
    if (root_.has("points"))
      for (const Reader& point : root_.at("points").items(1)) sweep_.points.push_back(read_point(point));
    check_sweep(sweep_);
    return std::move(sweep_);
  }

 private:
  const nlohmann::json& value_of(const Reader& reader) const { return document_.at(nlohmann::json::json_pointer(reader.pointer())); }
  std::string text_of(const Reader& reader, AxisKind kind) const { return value_text(reader, kind, value_of(reader)); }

  void read_frames(const Reader& frames) {
    const bool word = frames.is_text();
    sweep_.frames = word ? frames.one_of({"steady", "proven"}) : std::to_string(frames.integer(1, 1'000'000));
  }

  void add_axis(AxisKind kind, const std::string& key, const Reader& values) {
    Axis axis{kind, key, {}};
    for (const Reader& item : values.items(1)) axis.values.push_back(text_of(item, kind));
    sweep_.grid.push_back(std::move(axis));
  }

  void read_grid(const Reader& grid) {
    grid.expect_keys({"tile_height", "tile_first", "block_heights", "buffers", "buffer_kib", "fps", "device"});
    for (const AxisKey& axis : plain_axes) {
      if (axis.kind == AxisKind::buffers && grid.has("block_heights"))
        for (const auto& [layer, values] : grid.at("block_heights").members()) add_axis(AxisKind::block, layer, values);
      if (grid.has(axis.key)) add_axis(axis.kind, "", grid.at(axis.key));
    }
    if (!grid.has("device")) return;
    for (const auto& [pointer, values] : grid.at("device").members()) add_axis(AxisKind::figure, pointer, values);
  }

  PointSettings read_point(const Reader& reader) const {
    reader.expect_keys({"network", "tile_height", "tile_first", "block_heights", "buffers", "buffer_kib", "fps", "device"});
    PointSettings point;
    const std::vector<std::pair<AxisKey, std::string*>> members{
        {{"network", AxisKind::network}, &point.network},          {{"tile_height", AxisKind::tile_height}, &point.tile_height},
        {{"tile_first", AxisKind::tile_first}, &point.tile_first}, {{"buffers", AxisKind::buffers}, &point.buffers},
        {{"buffer_kib", AxisKind::buffer_kib}, &point.buffer_kib}, {{"fps", AxisKind::fps}, &point.fps}};
    for (const auto& [axis, member] : members)
      if (reader.has(axis.key)) *member = text_of(reader.at(axis.key), axis.kind);
    if (reader.has("block_heights"))
      for (const auto& [layer, value] : reader.at("block_heights").members()) point.blocks[layer] = text_of(value, AxisKind::block);
    if (reader.has("device"))
      for (const auto& [pointer, value] : reader.at("device").members()) point.figures[pointer] = text_of(value, AxisKind::figure);
    return point;
  }

  const nlohmann::json& document_;
  const Reader root_;
  Sweep sweep_;
};

/// The reverse of value_text.
nlohmann::json value_json(AxisKind kind, const std::string& text) {
  const bool word = text == "full" || text == "none" || text == "steady" || kind == AxisKind::buffers || kind == AxisKind::network;
  return word ? nlohmann::json(text) : nlohmann::json::parse(text);
}

nlohmann::json point_json(const PointSettings& point) {
  nlohmann::json json = nlohmann::json::object();
  const PointSettings plain;
  const auto put = [&](const char* key, AxisKind kind, const std::string& value, const std::string& usual) {
    if (value != usual) json[key] = value_json(kind, value);
  };
  put("network", AxisKind::network, point.network, plain.network);
  put("tile_height", AxisKind::tile_height, point.tile_height, plain.tile_height);
  put("tile_first", AxisKind::tile_first, point.tile_first, plain.tile_first);
  put("buffers", AxisKind::buffers, point.buffers, plain.buffers);
  put("buffer_kib", AxisKind::buffer_kib, point.buffer_kib, plain.buffer_kib);
  put("fps", AxisKind::fps, point.fps, plain.fps);
  for (const auto& [layer, value] : point.blocks) json["block_heights"][layer] = value_json(AxisKind::block, value);
  for (const auto& [pointer, value] : point.figures) json["device"][pointer] = value_json(AxisKind::figure, value);
  return json;
}

}  // namespace

Sweep sweep_from(const nlohmann::json& document, const std::string& file) { return SweepReader(document, file).read(); }

Sweep read_sweep(const std::string& path) { return sweep_from(parse_json_file(path), path); }

bool is_sweep(const nlohmann::json& document) {
  if (!document.is_object()) return false;
  const auto schema = document.find("$schema");
  if (schema != document.end() && schema->is_string()) {
    const std::string text = schema->get<std::string>();
    return text.substr(text.rfind('/') + 1).rfind("sweep", 0) == 0;
  }
  return document.contains("grid") || document.contains("points");
}

nlohmann::json sweep_json(const Sweep& sweep) {
  nlohmann::json json = {{"network", sweep.networks}, {"device", sweep.device}, {"fit", sweep.fit}};
  const bool word = sweep.frames == "steady" || sweep.frames == "proven";
  json["frames"] = word ? nlohmann::json(sweep.frames) : nlohmann::json(std::stoll(sweep.frames));
  if (!sweep.costs.empty()) json["costs"] = sweep.costs;
  if (!sweep.mapping.empty()) json["mapping"] = sweep.mapping;
  if (sweep.has_grid) json["grid"] = nlohmann::json::object();
  for (const Axis& axis : sweep.grid) {
    nlohmann::json values = nlohmann::json::array();
    for (const std::string& value : axis.values) values.push_back(value_json(axis.kind, value));
    if (axis.kind == AxisKind::block)
      json["grid"]["block_heights"][axis.key] = values;
    else if (axis.kind == AxisKind::figure)
      json["grid"]["device"][axis.key] = values;
    for (const AxisKey& plain : plain_axes)
      if (plain.kind == axis.kind) json["grid"][plain.key] = values;
  }
  for (const PointSettings& point : sweep.points) json["points"].push_back(point_json(point));
  return json;
}

}  // namespace rowflow

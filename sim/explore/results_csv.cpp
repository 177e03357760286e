#include "sim/explore/results_csv.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/visible_text.hpp"
#include "sim/explore/sweep.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::json;

/// Settings that only some sweeps vary: a column each for those that this one does.
struct VaryingColumns {
  std::set<std::string> blocks, figures;

  explicit VaryingColumns(const Sweep& sweep) {
    for (const Axis& axis : sweep.grid) {
      if (axis.kind == AxisKind::block) blocks.insert(axis.key);
      if (axis.kind == AxisKind::figure) figures.insert(axis.key);
    }
    for (const PointSettings& point : sweep.points) {
      for (const auto& entry : point.blocks) blocks.insert(entry.first);
      for (const auto& entry : point.figures) figures.insert(entry.first);
    }
  }
};

std::string setting(const Json& settings, const char* key) { return csv_text(settings.value(key, "")); }

std::string setting(const Json& settings, const char* group, const std::string& key) {
  return settings.contains(group) ? csv_text(settings.at(group).value(key, "")) : "";
}

std::string header(const VaryingColumns& varying) {
  std::string line = "id,network,device,tile_height,tile_first";
  for (const std::string& block : varying.blocks) line += "," + csv_text("tile_height:" + block);
  line += ",buffers,buffer_kib,source_fps";
  for (const std::string& figure : varying.figures) line += "," + csv_text("device:" + figure);
  line += ",status,reason";
  for (const PointColumn& column : point_columns()) line += fmt::format(",{}", column.name);
  for (const BlockColumn& column : block_columns()) line += fmt::format(",se_{}", column.name);
  return line + "\n";
}

std::string block_cell(const PointRow& row, std::size_t column) {
  std::string cell;
  for (const auto& block : row.blocks) {
    if (&block != &row.blocks.front()) cell += ';';
    cell += cell_text(block[column], block_columns()[column].type);
  }
  return csv_text(cell);
}

std::string line_of(const StoredRow& stored, const VaryingColumns& varying) {
  const Json settings = Json::parse(stored.settings);
  std::string line = stored.row.id;
  for (const char* key : {"network", "device", "tile_height", "tile_first"}) line += "," + setting(settings, key);
  for (const std::string& block : varying.blocks) line += "," + setting(settings, "block_heights", block);
  for (const char* key : {"buffers", "buffer_kib", "fps"}) line += "," + setting(settings, key);
  for (const std::string& figure : varying.figures) line += "," + setting(settings, "figures", figure);
  line += "," + stored.row.status + "," + csv_text(stored.row.reason);
  for (std::size_t c = 0; c < point_columns().size(); ++c)
    line += "," + (c < stored.row.figures.size() ? csv_text(cell_text(stored.row.figures[c], point_columns()[c].type)) : "");
  for (std::size_t c = 0; c < block_columns().size(); ++c) line += "," + block_cell(stored.row, c);
  return line + "\n";
}

}  // namespace

void write_results_csv(const Results& results, const std::function<void(const std::string&)>& put) {
  const VaryingColumns varying(sweep_from(Json::parse(results.about("sweep")), results.path()));
  put(header(varying));
  results.for_each(true, [&](const StoredRow& row) { put(line_of(row, varying)); });
}

std::string settings_words(const std::string& text) {
  const Json settings = Json::parse(text);
  const PointSettings point = settings_from(settings);
  std::string words;
  const auto say = [&](const std::string& word) { words += (words.empty() ? "" : ", ") + word; };
  if (!point.tile_first.empty())
    say(fmt::format("first {} T = {}", point.tile_first, point.tile_height));
  else if (!point.tile_height.empty())
    say("T = " + point.tile_height);
  for (const auto& [layer, height] : point.blocks) say(layer + " = " + height);
  if (point.buffers != "full-rate") say(point.buffers);
  if (point.buffer_kib != "none") say(point.buffer_kib + " KiB");
  if (point.fps != "steady") say(point.fps + " fps source");
  for (const auto& [pointer, value] : point.figures) say(pointer.substr(1) + " = " + value);
  return words;
}

}  // namespace rowflow

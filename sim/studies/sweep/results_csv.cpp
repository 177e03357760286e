#include "sim/studies/sweep/results_csv.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/visible_text.hpp"
#include "sim/studies/sweep/sweep.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::json;

/// A column a knob of a single value; of values by name, one for each name that this sweep varies.
struct SettingColumn {
  const KnobRow* row;
  std::string key;
};

std::vector<SettingColumn> setting_columns(const Sweep& sweep) {
  std::vector<SettingColumn> columns;
  for (const KnobRow& row : knobs()) {
    if (!has_knob(Command::sweep, row)) continue;
    std::set<std::string> keys;
    if (row.shape != KnobShape::by_name) keys.insert("");
    for (const Axis& axis : sweep.grid)
      if (axis.knob == row.knob) keys.insert(axis.key);
    for (const DesignPoint& point : sweep.points)
      for (const auto& [name, value] : point.values(row.knob)) keys.insert(row.shape == KnobShape::by_name ? name : "");
    for (const std::string& key : keys) columns.push_back({&row, key});
  }
  return columns;
}

/// A number that is as usual is an empty cell.
std::string setting(const DesignPoint& point, const SettingColumn& column) {
  const KnobRow& row = *column.row;
  const DesignPoint::Values& values = point.values(row.knob);
  if (row.shape == KnobShape::names) {
    std::string names;
    for (const auto& [name, value] : values) names += (names.empty() ? "" : ";") + name;
    return csv_text(names);
  }
  if (row.shape == KnobShape::by_name) {
    const auto found = values.find(column.key);
    return found == values.end() ? "" : csv_text(found->second);
  }
  const std::string value = point.value(row.knob);
  return row.form == KnobForm::number && row.usual != nullptr && value == row.usual ? "" : csv_text(value);
}

std::string header(const std::vector<SettingColumn>& settings) {
  std::string line = "id";
  for (const SettingColumn& column : settings)
    line +=
        "," + csv_text(column.row->shape == KnobShape::by_name ? fmt::format("{}:{}", column.row->column, column.key)
                                                               : column.row->column);
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

std::string line_of(const StoredRow& stored, const std::vector<SettingColumn>& settings) {
  const DesignPoint point = settings_from(Json::parse(stored.settings));
  std::string line = stored.row.id;
  for (const SettingColumn& column : settings) line += "," + setting(point, column);
  line += "," + stored.row.status + "," + csv_text(stored.row.reason);
  for (std::size_t c = 0; c < point_columns().size(); ++c)
    line += "," +
            (c < stored.row.figures.size() ? csv_text(cell_text(stored.row.figures[c], point_columns()[c].type)) : "");
  for (std::size_t c = 0; c < block_columns().size(); ++c) line += "," + block_cell(stored.row, c);
  return line + "\n";
}

}  // namespace

void write_results_csv(const Results& results, const std::function<void(const std::string&)>& put) {
  const std::vector<SettingColumn> settings = setting_columns(sweep_from(Json::parse(results.about("sweep")), ""));
  put(header(settings));
  results.for_each(true, [&](const StoredRow& row) { put(line_of(row, settings)); });
}

}  // namespace rowflow

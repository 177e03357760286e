#include "sim/studies/sweep/results_columns.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"

namespace rowflow {

const std::vector<SettingColumn>& setting_columns() {
  static const std::vector<SettingColumn> columns = [] {
    std::vector<SettingColumn> list;
    for (const KnobRow& row : knobs())
      if (row.shape == KnobShape::one && has_knob(Command::sweep, row)) list.push_back({row.column});
    return list;
  }();
  return columns;
}

std::vector<Cell> setting_cells(const std::string& settings) {
  const DesignPoint point = settings_from(nlohmann::json::parse(settings));
  std::vector<Cell> cells;
  for (const KnobRow& row : knobs()) {
    if (row.shape != KnobShape::one || !has_knob(Command::sweep, row)) continue;
    const std::string value = point.value(row.knob);
    cells.push_back(value.empty() ? Cell() : Cell(value));
  }
  return cells;
}

std::string upgraded_settings(const std::string& text) {
  nlohmann::json settings = nlohmann::json::parse(text);
  if (settings.contains("figures")) {
    settings["device_set"] = settings["figures"];
    settings.erase("figures");
  }
  for (const char* file : {"costs", "mapping"})
    if (settings.contains(std::string(file) + "_hash") && !settings.contains(file)) settings[file] = file;
  return json_text(settings);
}

const char* sql_type(CellType type) {
  switch (type) {
    case CellType::real:
      return "REAL";
    case CellType::text:
      return "TEXT";
    case CellType::boolean:
      return "BOOLEAN";  // stored as 0 and 1; who reads the database sees that they are truths
    case CellType::integer:
      break;
  }
  return "INTEGER";
}

}  // namespace rowflow

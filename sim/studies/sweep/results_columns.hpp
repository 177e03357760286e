// Columns of the results database beside the figures: the settings of its points.
#pragma once

#include <string>
#include <vector>

#include "sim/studies/sweep/results.hpp"

namespace rowflow {

struct SettingColumn {
  const char* name;
  CellType type = CellType::text;
};

/// Knobs of a single value, a column each.
const std::vector<SettingColumn>& setting_columns();
/// What they hold: nothing where nothing is given and nothing usual.
std::vector<Cell> setting_cells(const std::string& settings);
/// Settings of the first schema as they are stored today. The names of files with costs or a mapping were not kept.
std::string upgraded_settings(const std::string& text);

/// Of a column.
const char* sql_type(CellType type);

}  // namespace rowflow

// What `rowflow penalties` measured, as a table.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/config/penalties_file.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

struct PenaltyRow {
  std::string layer;
  Rows height = 0;
  std::map<std::int64_t, double> penalties;  ///< by rows a tile
};

/// What a metric measures, in a few words.
std::string metric_text(const std::string& metric, bool labelled);

/// Blocks in the order of `rows`.
std::string penalties_text(const PenaltiesFile& file, const std::vector<PenaltyRow>& rows, const TextStyle& style);

}  // namespace rowflow

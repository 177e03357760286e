// The scalar figures of a design point as a table: the columns of `run --format csv`, of a sweep's rows and of its CSV
// are these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// One figure: nothing (unknown), an integer, a real number, a text.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

enum class CellType { integer, real, text, boolean };  ///< boolean: an integer 0 or 1, "false" or "true" in CSV

/// Whether a figure is taken over the frames that were simulated: it is left out where these end with the proof of the
/// interval.
enum class Window { none, steady };

/// A scalar figure of a point. A new figure is a new line of the table.
struct PointColumn {
  const char* name;
  CellType type;
  Cell (*figure)(const RunResult&);
  Window window = Window::none;
};

/// … or of one of its SE blocks.
struct BlockColumn {
  const char* name;
  CellType type;
  Cell (*figure)(const RunResult&, std::size_t block);
  Window window = Window::none;
};

const std::vector<PointColumn>& point_columns();
const std::vector<BlockColumn>& block_columns();
std::size_t point_column(const std::string& name);  ///< Throws Defect for an unknown name.

/// As CSV has it, not quoted; empty for nothing. Reals in the fewest digits that give them back.
std::string cell_text(const Cell& cell, CellType type);

}  // namespace rowflow

// DIR/results.csv: the rows of a results folder as text.
#pragma once

#include <functional>
#include <string>

#include "sim/studies/sweep/results.hpp"

namespace rowflow {

/// A header, then a line a row, in the order of the sweep: the same bytes for the same rows. Hands each line to `put`.
/// Cells that vary within a sweep (block heights, device figures) have a column each; figures of SE blocks are one
/// cell, joined by semicolons.
void write_results_csv(const Results& results, const std::function<void(const std::string&)>& put);

}  // namespace rowflow

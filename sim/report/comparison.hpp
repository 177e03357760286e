// Tile heights side by side: the value, the advice drawn from it, and its text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/goal.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// What a recommendation is made by.
struct Preferences {
  std::optional<Goal> goal;  ///< as asked for; none: throughput, of tiles of at least `rows_enough`
  bool penalties = false;    ///< the rows' penalties are known, so they decide in place of `rows_enough`
  std::optional<double> most_penalty;
};

/// One tile height in both views of rule T14.
struct ComparisonRow {
  std::string label;                    ///< "full", "7", …
  RunResult iso_throughput;             ///< buffers by the policy asked for
  std::optional<RunResult> iso_memory;  ///< all buffers together within Comparison::budget
};

/// One tile height out of several, with its reason in words.
struct Recommendation {
  std::optional<std::size_t> row;  ///< none when nothing runs
  std::string reason;              ///< a sentence
};

struct Comparison {
  std::vector<ComparisonRow> rows;  ///< largest tiles first; the first is what differences refer to
  std::optional<Bytes> budget;      ///< of the iso-memory view
  bool budget_from_device = false;  ///< what the device leaves after weights, not what the user gave
  std::string no_budget_reason;     ///< why there is no iso-memory view, when there is none
  Recommendation recommended;
};

/// The tile height of a row's label; what is no number ("full") is higher than all.
Rows rows_of_label(const std::string& label);

/// Sorts by tile height, largest first ("full" before all numbers), and recommends one.
Comparison compare(std::vector<ComparisonRow> rows, std::optional<Bytes> budget, bool budget_from_device,
                   const std::string& no_budget_reason = "", const Preferences& preferences = {});

/// "Next: rowflow … (why)"; both may be empty.
struct NextStep {
  std::string command, why;
};

/// Meant for one screen: the verdict, the heights side by side, the advice.
std::string comparison_text(const Comparison& comparison, const TextStyle& style = {}, const NextStep& next = {});

}  // namespace rowflow

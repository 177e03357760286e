// Tile heights side by side: the value, the advice drawn from it, and its text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

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

/// Sorts by tile height, largest first ("full" before all numbers), and recommends one.
Comparison compare(std::vector<ComparisonRow> rows, std::optional<Bytes> budget, bool budget_from_device,
                   const std::string& no_budget_reason = "");

/// The largest tile height (least excite work, nearest to the network as trained) among those that run, that hold the
/// best throughput within 1 % (in the iso-memory view, where there is one), and that reach three quarters of the best
/// possible saving in buffer memory and of the best in paced latency, savings counted from the first row; savings below
/// 1 % of the first row are none. When no height reaches both, the one whose smaller share of the two is largest.
Recommendation recommend(const std::vector<ComparisonRow>& rows);

/// "Next: rowflow … (why)"; both may be empty.
struct NextStep {
  std::string command, why;
};

/// Meant for one screen: the verdict, the heights side by side, the advice.
std::string comparison_text(const Comparison& comparison, const TextStyle& style = {}, const NextStep& next = {});

}  // namespace rowflow

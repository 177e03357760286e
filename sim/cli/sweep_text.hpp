// A sweep's summary for people and for programs.
#pragma once

#include <string>

#include "sim/report/table.hpp"
#include "sim/studies/sweep/summary.hpp"

namespace rowflow {

/// What is said around the summary: `folder` for how to go on.
struct SweepHeading {
  std::string folder;
  std::string first_line;  ///< what was done just now
};

std::string sweep_text(const SweepHeading& heading, const SweepSummary& summary, const Limits& limits,
                       const TextStyle& style);

/// One document, schema rowflow.sweep/2.
std::string sweep_summary_json(const SweepHeading& heading, const SweepSummary& summary, const Limits& limits);

}  // namespace rowflow

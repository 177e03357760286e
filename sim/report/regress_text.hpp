// What became of regression cases: as text, as JSON, as JUnit XML.
#pragma once

#include <string>
#include <vector>

#include "sim/config/regression.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// "with buffers full-rate, the default until version 0.1 (now best), all is as expected"; empty: no default moved.
std::string defaults_text(const CaseOutcome& outcome);

/// "; behind it: s1.b0.dw", or nothing.
std::string behind_text(const FieldDifference& difference);

/// A line a case and its differences; with `quiet` only cases that are not as expected.
std::string case_text(const CaseOutcome& outcome, bool quiet, const TextStyle& style);
/// "12 cases: 10 as expected, 1 differs, 1 broken".
std::string summary_line(const std::vector<CaseOutcome>& outcomes);
/// Schema rowflow.regress/1.
std::string regress_json(const std::vector<CaseOutcome>& outcomes);
std::string junit_xml(const std::vector<CaseOutcome>& outcomes);

}  // namespace rowflow

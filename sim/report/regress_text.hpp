// What became of regression cases: as text, as JSON, as JUnit XML.
#pragma once

#include <string>
#include <vector>

#include "sim/config/expectation.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

enum class CaseStatus { ok, differs, updated, broken, defect };

struct CaseOutcome {
  std::string name, file;
  CaseStatus status = CaseStatus::ok;
  std::size_t expectations = 0;
  std::vector<FieldDifference> differences;
  std::string message;  ///< of a broken config or a defect
  double seconds = 0;
};

/// A line a case and its differences; with `quiet` only cases that are not as expected.
std::string case_text(const CaseOutcome& outcome, bool quiet, const TextStyle& style);
/// "12 cases: 10 as expected, 1 differs, 1 broken".
std::string summary_line(const std::vector<CaseOutcome>& outcomes);
/// Schema rowflow.regress/1.
std::string regress_json(const std::vector<CaseOutcome>& outcomes);
std::string junit_xml(const std::vector<CaseOutcome>& outcomes);

}  // namespace rowflow

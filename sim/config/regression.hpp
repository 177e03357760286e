// Regression cases: which files are meant, what became of each, and expectations rewritten. What a file says:
// point/regression_config.
#pragma once

#include <string>
#include <vector>

#include "sim/config/expectation.hpp"

namespace rowflow {

/// What became of a case.
enum class CaseStatus { ok, differs, updated, broken, defect };

/// A default that is another one since version 0.1.
struct MovedDefault {
  std::string option, before, now;
};

struct CaseOutcome {
  std::string name, file;
  CaseStatus status = CaseStatus::ok;
  std::size_t expectations = 0;
  std::vector<FieldDifference> differences;
  std::vector<MovedDefault> defaults;  ///< not given, and why it differs: with what they were all is as expected
  std::string message;                 ///< of a broken config or a defect
  double seconds = 0;
};

/// In a folder of cases: what they share (point/regression_config).
inline constexpr const char* suite_file = "suite.json";

/// The regression configs meant by a path: itself, or the .json files of a folder but suite.json, sorted. Throws
/// InputError when there are none.
std::vector<std::string> regression_files(const std::string& path);

/// The text of a regression config with the expectations that differ replaced by what came out: same keys in the same
/// order, an expectation a line. A field that the result does not have keeps its expectation.
std::string update_expectations(const std::string& text, const std::vector<FieldDifference>& differences);

}  // namespace rowflow

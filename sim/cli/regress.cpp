// rowflow regress FILE|DIR…: the cases in worker processes, so that one that dies costs only itself.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/whole_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/jobs.hpp"
#include "sim/cli/output.hpp"
#include "sim/config/parse.hpp"
#include "sim/report/run_json.hpp"
#include "sim/studies/regress/regress.hpp"

namespace rowflow {

namespace {

/// Rewrites the expectations that differ. A file that cannot be written is its own case's trouble.
void update(CaseOutcome& outcome) {
  if (outcome.differences.empty()) return;
  try {
    write_whole_file(outcome.file, update_expectations(read_text(outcome.file), outcome.differences));
    const auto replaced = [](const FieldDifference& difference) { return difference.replacement.has_value(); };
    if (std::all_of(outcome.differences.begin(), outcome.differences.end(), replaced))
      outcome.status = CaseStatus::updated;
  } catch (const std::exception& error) {
    blame(outcome, error);
  }
}

int exit_status(const std::vector<CaseOutcome>& outcomes) {
  int status = 0;
  for (const CaseOutcome& outcome : outcomes) {
    const int own = outcome.status == CaseStatus::defect    ? 3
                    : outcome.status == CaseStatus::broken  ? 2
                    : outcome.status == CaseStatus::differs ? 1
                                                            : 0;
    status = std::max(status, own);
  }
  return status;
}

}  // namespace

int regress_command(const Request& request) {
  if (request.init) return regress_init(request);
  std::vector<CaseOutcome> outcomes = run_cases(request.files, jobs_of(request), result_json);
  for (CaseOutcome& outcome : outcomes)
    if (request.update && (!request.only_defaults || !outcome.defaults.empty())) update(outcome);
  write_output(request, reporter_of(request)->cases(outcomes));
  if (!request.junit.empty()) write_whole_file(request.junit, reporter("junit")->cases(outcomes));
  return exit_status(outcomes);
}

}  // namespace rowflow

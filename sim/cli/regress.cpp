// rowflow regress FILE|DIR…: the cases in worker processes, so that one that dies costs only itself.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/process_pool.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/regression.hpp"
#include "sim/point/bind.hpp"
#include "sim/point/regression_config.hpp"
#include "sim/report/run_json.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

struct Case {
  CaseOutcome outcome;
  std::optional<Regression> regression;  ///< none: broken
};

/// One case's trouble is its own.
void blame(CaseOutcome& outcome, const std::exception& error) {
  const auto fault = input_fault(error);
  outcome.status = fault ? CaseStatus::broken : CaseStatus::defect;
  outcome.message = fault ? *fault : error.what();
}

Case read_case(const std::string& file) {
  Case result;
  result.outcome.file = result.outcome.name = file;
  try {
    result.regression = read_regression(file);
    result.outcome.name = result.regression->name;
    result.outcome.expectations = result.regression->expectations.size();
  } catch (const std::exception& error) {
    blame(result.outcome, error);
  }
  return result;
}

std::vector<Case> read_cases(const Request& request) {
  std::vector<Case> cases;
  for (const std::string& path : request.files) {
    for (const std::string& file : regression_files(path)) cases.push_back(read_case(file));
  }
  return cases;
}

/// In the child: the result.
std::string run_case(const Regression& regression) {
  const BoundPoint point = read_and_bind(regression.point);
  return json_text(result_json(evaluate(point.network, point.device, point.options)));
}

void update_file(const CaseOutcome& outcome) {
  const std::string text = update_expectations(read_text(outcome.file), outcome.differences);
  write_whole_file(outcome.file, text);
}

bool all_can_be_updated(const CaseOutcome& outcome) {
  return std::all_of(outcome.differences.begin(), outcome.differences.end(), [](const auto& d) { return d.replacement.has_value(); });
}

void judge(Case& judged, const ChildOutcome& child, bool update) {
  CaseOutcome& outcome = judged.outcome;
  outcome.seconds = child.seconds;
  if (!child.answered) {
    outcome.status = child.input_fault ? CaseStatus::broken : CaseStatus::defect;
    outcome.message = child.death;
    return;
  }
  try {
    outcome.differences = check_expectations(Json::parse(child.answer), judged.regression->expectations);
    if (outcome.differences.empty()) return;
    if (update) update_file(outcome);
    outcome.status = update && all_can_be_updated(outcome) ? CaseStatus::updated : CaseStatus::differs;
  } catch (const std::exception& error) {  // the file cannot be written
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
  std::vector<Case> cases = read_cases(request);
  std::vector<std::size_t> runnable;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    if (cases[c].regression) runnable.push_back(c);
  }
  const int jobs = request.jobs > 0 ? request.jobs : static_cast<int>(std::thread::hardware_concurrency());
  for_each_in_children(
      runnable.size(), jobs, [&](std::size_t i) { return run_case(*cases[runnable[i]].regression); },
      [&](std::size_t i, const ChildOutcome& child) { judge(cases[runnable[i]], child, request.update); });
  std::vector<CaseOutcome> outcomes;
  for (Case& finished : cases) outcomes.push_back(std::move(finished.outcome));
  write_output(request, reporter_of(request)->cases(outcomes));
  if (!request.junit.empty()) write_whole_file(request.junit, reporter("junit")->cases(outcomes));
  return exit_status(outcomes);
}

}  // namespace rowflow

#include "sim/studies/regress/regress.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/process_pool.hpp"
#include "sim/config/behind.hpp"
#include "sim/point/bind.hpp"
#include "sim/point/regression_config.hpp"
#include "sim/studies/regress/moved_defaults.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

struct Case {
  CaseOutcome outcome;
  std::optional<Regression> regression;  ///< none: broken
};

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

std::vector<Case> read_cases(const std::vector<std::string>& paths) {
  std::vector<Case> cases;
  for (const std::string& path : paths) {
    for (const std::string& file : regression_files(path)) cases.push_back(read_case(file));
  }
  return cases;
}

std::string result_at(const DesignPoint& at, const ResultJson& result_json) {
  const BoundPoint point = read_and_bind(at);
  return json_text(result_json(evaluate(point.network, point.device, point.options)));
}

/// In the child.
std::string defaults_of(const Regression& regression, const ResultJson& result_json) {
  const auto as_expected = [&](const DesignPoint& at) {
    return check_expectations(Json::parse(result_at(at, result_json)), regression.expectations).empty();
  };
  Json moved = Json::array();
  for (const MovedDefault& d : moved_defaults(regression.point, as_expected))
    moved.push_back({d.option, d.before, d.now});
  return json_text(moved);
}

/// Where that cannot be told the differences stand for themselves.
void take_defaults(CaseOutcome& outcome, const ChildOutcome& child) {
  if (!child.answered) return;
  for (const Json& moved : Json::parse(child.answer))
    outcome.defaults.push_back({moved[0].get<std::string>(), moved[1].get<std::string>(), moved[2].get<std::string>()});
}

void judge(Case& judged, const ChildOutcome& child) {
  CaseOutcome& outcome = judged.outcome;
  outcome.seconds = child.seconds;
  if (!child.answered) {
    outcome.status = child.input_fault ? CaseStatus::broken : CaseStatus::defect;
    outcome.message = child.death;
    return;
  }
  try {
    const Json result = Json::parse(child.answer);
    outcome.differences = check_expectations(result, judged.regression->expectations);
    for (FieldDifference& difference : outcome.differences) difference.behind = behind(result, difference.pointer);
    if (!outcome.differences.empty()) outcome.status = CaseStatus::differs;
  } catch (const std::exception& error) {
    blame(outcome, error);
  }
}

}  // namespace

void blame(CaseOutcome& outcome, const std::exception& error) {
  const auto fault = input_fault(error);
  outcome.status = fault ? CaseStatus::broken : CaseStatus::defect;
  outcome.message = fault ? *fault : error.what();
}

std::vector<CaseOutcome> run_cases(const std::vector<std::string>& paths, int jobs, const ResultJson& result_json) {
  std::vector<Case> cases = read_cases(paths);
  std::vector<std::size_t> runnable;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    if (cases[c].regression) runnable.push_back(c);
  }
  for_each_in_children(
      runnable.size(), jobs,
      [&](std::size_t i) { return result_at(cases[runnable[i]].regression->point, result_json); },
      [&](std::size_t i, const ChildOutcome& child) { judge(cases[runnable[i]], child); });
  std::vector<std::size_t> differing;
  for (const std::size_t c : runnable)
    if (cases[c].outcome.status == CaseStatus::differs) differing.push_back(c);
  for_each_in_children(
      differing.size(), jobs, [&](std::size_t i) { return defaults_of(*cases[differing[i]].regression, result_json); },
      [&](std::size_t i, const ChildOutcome& child) { take_defaults(cases[differing[i]].outcome, child); });
  std::vector<CaseOutcome> outcomes;
  for (Case& finished : cases) outcomes.push_back(std::move(finished.outcome));
  return outcomes;
}

}  // namespace rowflow

// The formats, each from what writes one report in it.
#include "sim/report/reporters.hpp"

#include "sim/plan/contexts_json.hpp"
#include "sim/plan/plan_json.hpp"
#include "sim/report/calibration_json.hpp"
#include "sim/report/calibration_text.hpp"
#include "sim/report/explain_json.hpp"
#include "sim/report/explain_text.hpp"
#include "sim/report/plan_text.hpp"
#include "sim/report/regress_github.hpp"
#include "sim/report/regress_text.hpp"
#include "sim/report/result_diff_text.hpp"
#include "sim/report/run_csv.hpp"
#include "sim/report/run_json.hpp"
#include "sim/report/run_text.hpp"
#include "sim/report/size_json.hpp"
#include "sim/report/size_text.hpp"
#include "sim/report/tune_text.hpp"

namespace rowflow {

namespace {

class TextReporter : public Reporter {
 public:
  explicit TextReporter(const ReportStyle& style) : style_(style) {}
  std::string run(const std::vector<RunResult>& results) const override {
    return run_text(results.front(), style_.text, style_.next);
  }
  std::string plan(const Plan& plan) const override { return plan_text(plan, style_.text, style_.next); }
  std::string plan(const Contexts& contexts) const override {
    return contexts_plan_text(contexts, style_.text, style_.next);
  }
  std::string size(const SizeResult& result) const override { return size_text(result, style_.text); }
  std::string explain(const ExplainResult& result) const override {
    return explain_text(result, style_.text, style_.next);
  }
  std::string calibration(const Calibration& calibration) const override {
    return calibration_text(calibration, style_.text);
  }
  std::string tune(const TuneResult& result) const override { return tune_text(result, style_.text); }
  std::string cases(const std::vector<CaseOutcome>& outcomes) const override {
    std::string text;
    for (const CaseOutcome& outcome : outcomes) text += case_text(outcome, style_.quiet, style_.text);
    return text + summary_line(outcomes);
  }
  std::string diff(const std::vector<ResultDiff>& diffs) const override { return diff_text(diffs, style_.text); }

 private:
  ReportStyle style_;
};

class JsonReporter : public Reporter {
 public:
  std::string run(const std::vector<RunResult>& results) const override { return run_json(results); }
  std::string plan(const Plan& plan) const override { return plan_to_json(plan); }
  std::string plan(const Contexts& contexts) const override { return contexts_to_json(contexts); }
  std::string size(const SizeResult& result) const override { return size_json(result); }
  std::string explain(const ExplainResult& result) const override { return explain_json(result); }
  std::string calibration(const Calibration& calibration) const override { return calibration_json(calibration); }
  std::string tune(const TuneResult& result) const override { return tune_json(result); }
  std::string cases(const std::vector<CaseOutcome>& outcomes) const override { return regress_json(outcomes); }
  std::string diff(const std::vector<ResultDiff>& diffs) const override { return diff_json(diffs); }
};

class CsvReporter : public Reporter {
 public:
  std::string run(const std::vector<RunResult>& results) const override { return run_csv(results); }
};

class JunitReporter : public Reporter {
 public:
  std::string cases(const std::vector<CaseOutcome>& outcomes) const override { return junit_xml(outcomes); }
};

class GithubReporter : public Reporter {
 public:
  std::string cases(const std::vector<CaseOutcome>& outcomes) const override { return github_commands(outcomes); }
};

}  // namespace

std::unique_ptr<Reporter> make_text_reporter(const ReportStyle& style) { return std::make_unique<TextReporter>(style); }
std::unique_ptr<Reporter> make_json_reporter(const ReportStyle& /*style*/) { return std::make_unique<JsonReporter>(); }
std::unique_ptr<Reporter> make_csv_reporter(const ReportStyle& /*style*/) { return std::make_unique<CsvReporter>(); }
std::unique_ptr<Reporter> make_junit_reporter(const ReportStyle& /*style*/) {
  return std::make_unique<JunitReporter>();
}
std::unique_ptr<Reporter> make_github_reporter(const ReportStyle& /*style*/) {
  return std::make_unique<GithubReporter>();
}

}  // namespace rowflow

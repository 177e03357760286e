// The formats of results. A new one is a class of these in a file of its own, and a line in reporter.cpp: commands,
// --format and its help follow.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/metrics/calibration.hpp"
#include "sim/metrics/explain_result.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/metrics/size_result.hpp"
#include "sim/metrics/tune_result.hpp"
#include "sim/plan/contexts.hpp"
#include "sim/report/comparison.hpp"
#include "sim/report/regress_text.hpp"
#include "sim/report/result_diff.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// What there is to report.
enum class Report { run, plan, size, explain, calibration, tune, cases, diff };

/// How a report is to look where the format leaves that open.
struct ReportStyle {
  TextStyle text;
  bool quiet = false;  ///< cases: only those that are not as expected
  NextStep next = {};  ///< of a run's or a plan's text
};

/// One format. A function whose report the format has not (formats()) throws Defect.
class Reporter {
 public:
  virtual ~Reporter() = default;
  /// One result, or the tile heights of one network.
  virtual std::string run(const std::vector<RunResult>& results) const;
  virtual std::string plan(const Plan& plan) const;
  virtual std::string plan(const Contexts& contexts) const;  ///< of the same report
  virtual std::string size(const SizeResult& result) const;
  virtual std::string explain(const ExplainResult& result) const;
  virtual std::string calibration(const Calibration& calibration) const;
  virtual std::string tune(const TuneResult& result) const;
  virtual std::string cases(const std::vector<CaseOutcome>& outcomes) const;
  virtual std::string diff(const std::vector<ResultDiff>& diffs) const;
};

struct ReportFormat {
  const char* name;
  std::vector<Report> reports;  ///< that it has
  std::unique_ptr<Reporter> (*make)(const ReportStyle&);
};
const std::vector<ReportFormat>& formats();

/// Names of the formats that have the report; the first is the usual one.
std::vector<std::string> formats_of(Report report);

/// Throws Defect for a format that there is not.
std::unique_ptr<Reporter> reporter(const std::string& format, const ReportStyle& style = {});

}  // namespace rowflow

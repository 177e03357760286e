#include "sim/report/reporter.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/report/reporters.hpp"

namespace rowflow {

namespace {

[[noreturn]] std::string no(const char* report) { throw Defect(std::string("this format has no report of ") + report); }

}  // namespace

std::string Reporter::run(const std::vector<RunResult>& /*results*/) const { no("a run"); }
std::string Reporter::plan(const Plan& /*plan*/) const { no("a plan"); }
std::string Reporter::plan(const Contexts& /*contexts*/) const { no("a plan"); }
std::string Reporter::size(const SizeResult& /*result*/) const { no("sizes"); }
std::string Reporter::explain(const ExplainResult& /*result*/) const { no("an explanation"); }
std::string Reporter::calibration(const Calibration& /*calibration*/) const { no("a calibration"); }
std::string Reporter::tune(const TuneResult& /*result*/) const { no("tile heights"); }
std::string Reporter::cases(const std::vector<CaseOutcome>& /*outcomes*/) const { no("regression cases"); }
std::string Reporter::diff(const std::vector<ResultDiff>& /*diffs*/) const { no("differences"); }

const std::vector<ReportFormat>& formats() {
  static const std::vector<Report> all{Report::run,         Report::plan, Report::size,  Report::explain,
                                       Report::calibration, Report::tune, Report::cases, Report::diff};
  static const std::vector<ReportFormat> list{{"text", all, make_text_reporter},
                                              {"json", all, make_json_reporter},
                                              {"csv", {Report::run}, make_csv_reporter},
                                              {"junit", {Report::cases}, make_junit_reporter},
                                              {"github", {Report::cases}, make_github_reporter}};
  return list;
}

std::vector<std::string> formats_of(Report report) {
  std::vector<std::string> names;
  for (const ReportFormat& format : formats())
    if (std::find(format.reports.begin(), format.reports.end(), report) != format.reports.end())
      names.emplace_back(format.name);
  return names;
}

std::unique_ptr<Reporter> reporter(const std::string& name, const ReportStyle& style) {
  for (const ReportFormat& format : formats())
    if (name == format.name) return format.make(style);
  throw Defect("no format is named " + name);
}

}  // namespace rowflow

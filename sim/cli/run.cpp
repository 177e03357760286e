#include <algorithm>

#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/pictures.hpp"
#include "sim/cli/points.hpp"
#include "sim/report/comparison.hpp"
#include "sim/report/run_json.hpp"
#include "sim/report/run_text.hpp"
#include "sim/sizing/evaluate.hpp"

namespace rowflow {

namespace {

/// The iso-memory view of T14 needs a budget: the user's, or what the device leaves after weights.
Comparison compared(const Request& request, const std::vector<Point>& points, const Device& device) {
  EvaluateOptions by_policy = evaluate_options(request);
  by_policy.buffer_budget.reset();
  std::vector<ComparisonRow> rows;
  for (const Point& point : points) rows.push_back({point.label, evaluate(point.network, device, by_policy), std::nullopt});
  EvaluateOptions within = by_policy;
  within.buffer_budget = request.buffer_kib ? *request.buffer_kib * 1024 : buffer_bytes_available(rows.front().iso_throughput.plan);
  if (*within.buffer_budget == 0) {
    return compare(std::move(rows), std::nullopt, true,
                   "not shown, since the weights alone fill the device's memory; give --buffer-kib N.");
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const RunResult& policy = rows[r].iso_throughput;
    const bool enough = total_buffer_bytes(policy.plan) <= *within.buffer_budget;  // then the budget changes nothing
    rows[r].iso_memory = enough ? policy : evaluate(points[r].network, device, within);
  }
  return compare(std::move(rows), within.buffer_budget, !request.buffer_kib);
}

int status_of(const std::vector<RunResult>& results) {
  const bool ok = std::all_of(results.begin(), results.end(), [](const RunResult& result) { return result.status == RunStatus::ok; });
  return ok ? 0 : 1;
}

void print_notes(const Request& request, const std::vector<RunResult>& results) {
  if (request.quiet) return;
  std::vector<std::string> said;
  for (const RunResult& result : results) {
    for (const std::string& warning : result.plan.warnings) {
      if (std::find(said.begin(), said.end(), warning) != said.end()) continue;
      message("note: " + warning);
      said.push_back(warning);
    }
  }
}

/// Text of one result; as JSON or CSV of several.
void write_single(const Request& request, const std::vector<RunResult>& results) {
  if (request.format == Format::text) {
    write_output(request, run_text(results.front(), text_style(request)));
  } else {
    write_output(request, request.format == Format::json ? run_json(results) : run_csv(results));
    print_notes(request, results);
  }
}

/// A single point of a sweep again.
int run_recalled(const Request& request) {
  const RequestedPoint recalled = recalled_point(request);
  EvaluateOptions options = recalled.options;
  options.timing = request.timing == "synchronous" ? Timing::synchronous : Timing::decoupled;
  const std::vector<RunResult> results{evaluate(recalled.point.network, recalled.device, options)};
  write_single(request, results);
  write_pictures(request, {{"", results.front(), std::nullopt}}, std::nullopt);
  return status_of(results);
}

}  // namespace

int run_command(const Request& request) {
  if (!request.point.empty()) return run_recalled(request);
  const Device device = requested_device(request);
  const auto points = requested_points(request);
  check_pictures(request, points.size());
  std::vector<RunResult> results;
  if (request.format == Format::text && points.size() > 1) {
    const Comparison comparison = compared(request, points, device);
    write_output(request, comparison_text(comparison, text_style(request)));
    for (const ComparisonRow& row : comparison.rows) results.push_back(row.iso_throughput);
    print_notes(request, results);
    write_pictures(request, comparison.rows, comparison.budget);
    return status_of(results);
  }
  const EvaluateOptions options = evaluate_options(request);
  for (const Point& point : points) results.push_back(evaluate(point.network, device, options));
  write_single(request, results);
  if (points.size() > 1 && !(request.report.empty() && request.picture.empty())) {
    const Comparison comparison = compared(request, points, device);
    write_pictures(request, comparison.rows, comparison.budget);
  } else {
    write_pictures(request, {{points.front().label, results.front(), std::nullopt}}, std::nullopt);
  }
  return status_of(results);
}

}  // namespace rowflow

#include <fmt/format.h>

#include <algorithm>

#include "sim/cli/commands.hpp"
#include "sim/cli/next_step.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/page_levers.hpp"
#include "sim/cli/pictures.hpp"
#include "sim/cli/points.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/sensitivity.hpp"
#include "sim/cli/warnings.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/report/comparison.hpp"
#include "sim/report/sensitivity_text.hpp"

namespace rowflow {

namespace {

void say(Progress& progress, const std::vector<Point>& points, std::size_t index, const char* why = "") {
  const std::string& height = points[index].label;
  progress.now(points.size() == 1 ? "simulating"
                                  : fmt::format("tile height {} ({} of {}){}", height, index + 1, points.size(), why));
}

std::vector<RunResult> evaluated(const Request& request, const RequestedPoints& requested,
                                 const EvaluateOptions& options) {
  Progress progress(request);
  std::vector<RunResult> results;
  for (std::size_t p = 0; p < requested.points.size(); ++p) {
    say(progress, requested.points, p);
    results.push_back(evaluate(requested.points[p].network, requested.device, options));
  }
  return results;
}

Comparison judged(const Request& request, std::vector<ComparisonRow> rows, std::optional<Bytes> budget,
                  bool budget_from_device, const std::string& no_budget_reason = "") {
  Preferences preferences;
  if (request.point.given(Knob::goal)) preferences.goal = enum_of<Goal>(request.point.value(Knob::goal));
  preferences.most_penalty = request.max_penalty;
  preferences.penalties = request.point.given(Knob::penalties);
  return compare(std::move(rows), budget, budget_from_device, no_budget_reason, preferences);
}

/// Both views of T14. `asked`: the points as the options have them, simulated already, or nothing. The iso-memory view
/// needs a budget: the user's, or what the device leaves after weights.
Comparison compared(const Request& request, const RequestedPoints& requested, const std::vector<RunResult>& asked) {
  const std::vector<Point>& points = requested.points;
  const std::optional<Bytes> budget = requested.options.buffer_budget;
  EvaluateOptions by_policy = requested.options;
  by_policy.buffer_budget.reset();
  const bool are_within = budget && !asked.empty();
  auto policies = are_within || asked.empty() ? evaluated(request, requested, by_policy) : asked;
  std::vector<ComparisonRow> rows;
  for (std::size_t p = 0; p < points.size(); ++p)
    rows.push_back({points[p].label, std::move(policies[p]), std::nullopt});
  const bool several = std::any_of(rows.begin(), rows.end(),
                                   [](const ComparisonRow& row) { return row.iso_throughput.several != nullptr; });
  if (several && !budget)
    return judged(request, std::move(rows), std::nullopt, true,
                  "not shown: each context has the chip's memory to itself.");
  EvaluateOptions within = by_policy;
  within.buffer_budget = budget ? *budget : buffer_bytes_available(rows.front().iso_throughput.plan);
  if (!within.buffer_budget)
    return judged(request, std::move(rows), std::nullopt, true,
                  "not shown, since the device's L3 has no limit; give --buffer-kib N.");
  if (*within.buffer_budget == 0) {
    return judged(request, std::move(rows), std::nullopt, true,
                  "not shown, since the weights alone fill the device's memory; give --buffer-kib N.");
  }
  Progress progress(request);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const RunResult& policy = rows[r].iso_throughput;
    const bool enough = on_chip_buffer_bytes(policy.plan) <= *within.buffer_budget;  // then the budget changes nothing
    say(progress, points, r, ", within the budget");
    rows[r].iso_memory = enough       ? policy
                         : are_within ? asked[r]
                                      : evaluate(points[r].network, requested.device, within);
  }
  return judged(request, std::move(rows), within.buffer_budget, !budget);
}

int status_of(const std::vector<RunResult>& results) {
  const bool ok = std::all_of(results.begin(), results.end(),
                              [](const RunResult& result) { return result.status == RunStatus::ok; });
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
void write_single(const Request& request, const std::vector<RunResult>& results, const std::string& sensitivity = "") {
  const NextStep next = next_step(request, results.front());
  write_output(request, reporter_of(request, next)->run(results) + sensitivity);
  if (request.format != "text") print_notes(request, results);
}

Comparison single(const std::string& label, const RunResult& result) {
  Comparison comparison;
  comparison.rows.push_back({label, result, std::nullopt});
  return comparison;
}

/// A single point of a sweep again.
int run_recalled(const Request& request) {
  const BoundPoint recalled = recalled_point(request);
  check_pictures(request, 1, recalled.device);
  const std::vector<RunResult> results{evaluate(recalled.network, recalled.device, recalled.options)};
  write_single(request, results);
  write_pictures(request, single("", results.front()), next_step(request, results.front()), {});
  return status_of(results);
}

/// Several tile heights as text: the comparison is the output.
int run_comparison(const Request& request, const RequestedPoints& requested, const std::string& sensitivity,
                   const PageLevers& levers) {
  const Comparison comparison = compared(request, requested, {});
  std::vector<RunResult> results;
  for (const ComparisonRow& row : comparison.rows) results.push_back(row.iso_throughput);
  write_output(request, comparison_text(comparison, text_style(request), next_step(request, comparison)) + sensitivity);
  print_notes(request, results);
  warn_of_idle_options(request, results);
  write_pictures(request, comparison, next_step(request, comparison), levers);
  return status_of(results);
}

}  // namespace

int run_command(const Request& request) {
  if (!request.recalled.empty()) return run_recalled(request);
  if (!request.devices.empty()) return run_on_devices(request);
  const RequestedPoints requested = requested_points(request);
  const std::vector<Point>& points = requested.points;
  check_pictures(request, points.size(), requested.device);
  // In children of a process that has not simulated yet.
  const PageLevers levers =
      request.levers >= 0 ? levers_for_page(request, [&] { return compared(request, requested, {}); }) : PageLevers{};
  const std::string sensitivity =
      request.sensitivity ? sensitivity_text(sensitivity_of(requested), text_style(request)) : "";
  if (request.format == "text" && points.size() > 1) return run_comparison(request, requested, sensitivity, levers);
  const auto results = evaluated(request, requested, requested.options);
  write_single(request, results, sensitivity);
  warn_of_idle_options(request, results);
  if (points.size() > 1 && !(request.report.empty() && request.picture.empty())) {
    const Comparison comparison = compared(request, requested, results);
    write_pictures(request, comparison, next_step(request, comparison), levers);
  } else {
    write_pictures(request, single(points.front().label, results.front()), next_step(request, results.front()), levers);
  }
  return status_of(results);
}

}  // namespace rowflow

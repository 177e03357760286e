#include "sim/cli/sensitivity.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/json_text.hpp"
#include "sim/base/process_pool.hpp"
#include "sim/cli/jobs.hpp"
#include "sim/config/device_figures.hpp"
#include "sim/report/comparison.hpp"

namespace rowflow {

namespace {

struct Variant {
  std::string pointer;  ///< empty: the device as it is
  std::int64_t value = 0;
};

/// The device as it is, then each assumed parameter of the points' plans at low and at high.
std::vector<Variant> variants(const nlohmann::json& document, const Device& device, const std::vector<Point>& points,
                              const EvaluateOptions& options) {
  std::set<std::string> names;
  for (const Point& point : points)
    for (const std::string& name : evaluate(point.network, device, options).plan.assumed) names.insert("/" + name);
  std::vector<Variant> all{{}};
  for (const std::string& name : names)
    for (const char* end : {"low", "high"})
      all.push_back({name, document.at(nlohmann::json::json_pointer(name)).at(end).get<std::int64_t>()});
  return all;
}

/// The recommended one; of a network whose tile heights are all the same, which has none, the first.
std::optional<std::size_t> judged_row(const Comparison& comparison) {
  const RunResult& first = comparison.rows.front().iso_throughput;
  const bool runs = first.status == RunStatus::ok && first.saturated.throughput.interval.has_value();
  if (first.plan.se_blocks.empty() && runs) return 0;
  return comparison.recommended.row;
}

/// [fps, paced ms (of several contexts the latency of a batch of 1), tile height] of the recommended point.
nlohmann::json figures_of(const std::vector<Point>& points, const Device& device, const EvaluateOptions& options) {
  std::vector<ComparisonRow> rows;
  for (const Point& point : points)
    rows.push_back({point.label, evaluate(point.network, device, options), std::nullopt});
  const Comparison comparison = compare(std::move(rows), std::nullopt, false);
  const std::optional<std::size_t> judged = judged_row(comparison);
  if (!judged) return nlohmann::json::array({0.0, 0.0, ""});
  const ComparisonRow& best = comparison.rows[*judged];
  const RunResult& result = best.iso_throughput;
  const double cycles = result.several ? static_cast<double>(result.latency.isolated.value_or(0))
                                       : static_cast<double>(result.latency.paced.value_or(0));
  return nlohmann::json::array({best.iso_throughput.saturated.throughput.fps,
                                cycles * 1000 / static_cast<double>(device.clock_hz.value), best.label});
}

SensitivityCase case_of(const Variant& variant, const ChildOutcome& outcome) {
  SensitivityCase result;
  result.value = variant.value;
  if (!outcome.answered) return result;
  const nlohmann::json figures = nlohmann::json::parse(outcome.answer);
  result.fps = figures[0].get<double>();
  result.paced_ms = figures[1].get<double>();
  result.recommended = figures[2].get<std::string>();
  return result;
}

}  // namespace

Sensitivity sensitivity_of(const RequestedPoints& requested) {
  const std::vector<Point>& points = requested.points;
  const nlohmann::json& document = requested.device_document;
  EvaluateOptions options = requested.options;
  options.engine = Engine::events;
  const std::string& file = requested.device.file;
  const std::vector<Variant> all = variants(document, requested.device, points, options);
  Sensitivity sensitivity;
  sensitivity.several_heights = points.size() > 1;
  for_each_in_children(
      all.size(), cores(),
      [&](std::size_t i) {
        nlohmann::json changed = document;
        if (i > 0) set_figure(changed, all[i].pointer, std::to_string(all[i].value));
        return json_text(figures_of(points, device_from(changed, file), options));
      },
      [&](std::size_t i, const ChildOutcome& outcome) {
        const SensitivityCase found = case_of(all[i], outcome);
        if (i == 0)
          sensitivity.nominal = found;
        else if (i % 2 == 1)
          sensitivity.rows.push_back({all[i].pointer.substr(1), found, {}});
        else
          sensitivity.rows.back().high = found;
      });
  return sensitivity;
}

}  // namespace rowflow

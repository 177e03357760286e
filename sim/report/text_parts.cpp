#include "sim/report/text_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/metrics/figures.hpp"

namespace rowflow {

std::string rounded_kib(Bytes bytes) { return thousands((bytes + 512) / 1024); }

std::string thousands(std::int64_t count) {
  std::string digits = fmt::format("{}", count);
  const std::size_t sign = count < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string kib(Bytes bytes) {
  const std::int64_t tenths = (bytes * 10 + 512) / 1024;
  return fmt::format("{}.{}", thousands(tenths / 10), tenths % 10);
}

std::string fps_text(const RunResult& result) {
  const auto fps = frames_per_second(result);
  return fps ? fmt::format("{:.1f}", *fps) : "–";
}

std::string latency_text(const RunResult& result) {
  const auto latency = milliseconds(result.plan, result.latency.paced);
  return latency ? fmt::format("{:.3f}", *latency) : "–";
}

/// A count with its decimal prefix and unit: "1.00 GMAC", "9280 MAC".
static std::string with_prefix(std::int64_t count, const char* unit) {
  const auto value = static_cast<double>(count);
  if (count >= 100'000'000) return fmt::format("{:.2f} G{}", value / 1e9, unit);
  if (count >= 100'000) return fmt::format("{:.2f} M{}", value / 1e6, unit);
  return fmt::format("{} {}", count, unit);
}

static std::string inputs_text(const NetworkSummary& network) {
  std::string text = fmt::format("{}×{}×{}", network.height, network.width, network.channels);
  for (const InputSummary& input : network.further_inputs)
    text += fmt::format(" and {} {}×{}×{}", input.name, input.height, input.width, input.channels);
  return text;
}

std::string heading(const Plan& plan, const TextStyle& style) {
  const NetworkSummary& n = plan.network;
  const std::string what = fmt::format("{} on {}", n.name, plan.device.name);
  const std::string text =
      wrap(fmt::format("{}: {}, {}, {}, {} SE blocks, {} stages", what, inputs_text(n), with_prefix(n.macs, "MAC"),
                       n.parameters >= 100'000 ? with_prefix(n.parameters, " parameters")
                                               : with_prefix(n.parameters, "parameters"),
                       plan.se_blocks.size(), plan.stages.size()),
           2);
  return text.rfind(what, 0) == 0 ? style.bold(what) + text.substr(what.size())
                                  : text;  // a name of a whole line is wrapped, not bold
}

std::string goal_words(const Plan& plan) {
  return (plan.goal != Goal::throughput ? fmt::format(" for {}", to_string(plan.goal)) : "") +
         (plan.target_fps > 0 ? fmt::format(", {:g} fps wanted", plan.target_fps) : "");
}

std::string shortage_line(const Plan& plan, const TextStyle& style) {
  const std::string text = shortage(plan);
  return text.empty() ? "" : style.warn(wrap(text));
}

bool lacked_by_all(const Comparison& comparison, const ResourceUse& use) {
  const auto lacks = [&](const ComparisonRow& row) {
    const auto& resources = row.iso_throughput.plan.fit.resources;
    return std::any_of(resources.begin(), resources.end(), [&](const ResourceUse& other) {
      return other.name == use.name && other.scope == use.scope && other.demand == use.demand &&
             other.demand > other.limit;
    });
  };
  return std::all_of(comparison.rows.begin(), comparison.rows.end(), lacks);
}

std::string common_shortage(const Comparison& comparison, const TextStyle& style) {
  Plan common;
  common.fit.fits = true;
  for (const ResourceUse& use : comparison.rows.front().iso_throughput.plan.fit.resources) {
    if (use.demand <= use.limit || !lacked_by_all(comparison, use)) continue;
    common.fit.resources.push_back(use);
  }
  common.fit.contexts = least_contexts(common.fit.resources);
  const std::string text = shortage(common);
  return text.empty() ? "" : style.warn(wrap(text + "; the same at every T shown"));
}

std::string assumed_text(const Plan& plan) {
  if (plan.assumed.empty()) return "No device parameter that entered is assumed.\n";
  std::string names;
  for (const std::string& name : plan.assumed) names += (names.empty() ? "" : ", ") + name;
  return wrap("Assumed, not measured: " + names + ".");
}

}  // namespace rowflow

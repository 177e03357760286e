#include "sim/report/explain_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/metrics/figures.hpp"
#include "sim/report/limiter.hpp"
#include "sim/report/run_text.hpp"
#include "sim/report/stall_chain.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

constexpr std::size_t arcs_shown = 14;
constexpr double small_change = 5e-4;  // relative; less is shown as none

std::string tile_text(std::int64_t height) { return height == 0 ? "full" : fmt::format("{}", height); }

std::string lever_text(const Lever& lever) {
  switch (lever.kind) {
    case LeverKind::deeper:
      return fmt::format("{}: {} → {} rows", lever.name, lever.from, lever.to);
    case LeverKind::to_minimum:
      return fmt::format("{}: {} → {} row{}", lever.name, lever.from, lever.to, lever.to == 1 ? "" : "s");
    case LeverKind::subcluster:
      return fmt::format("{}: {} → {} subclusters", lever.name, lever.from, lever.to);
    case LeverKind::tile_height:
      break;
  }
  return fmt::format("{}: T = {} → {}", lever.name, tile_text(lever.from), tile_text(lever.to));
}

std::string change(double now, double before) {
  const double relative = before > 0 ? (now - before) / before : 0;
  if (std::abs(relative) < small_change) return "=";
  return fmt::format("{}{:.1f} %", relative < 0 ? "−" : "+", 100 * std::abs(relative));
}

std::string summary(const RunResult& r) {
  return wrap(fmt::format("  now          {} fps, paced latency {} ms, buffers {} KiB ({}), tile height {}",
                          fps_text(r), latency_text(r), kib(total_buffer_bytes(r.plan)),
                          to_string(r.plan.buffer_policy), r.plan.tile_height),
              15);
}

std::string cycle_table(const RunResult& r, const TextStyle& style) {
  const auto& critical = r.saturated.critical;
  if (!critical || critical->frames == 0)
    return "\n" + wrap("No critical cycle was traced: the interval is not proven, or rows are forwarded (T16).");
  Table table({{"stage", Align::left, 24},
               {"waits for", Align::left, 12},
               {"cycles a frame"},
               {"share"},
               {"in", Align::left, 46}});
  const auto frames = static_cast<double>(critical->frames);
  std::size_t shown = 0;
  double rest = 0;
  for (const BindingArc& arc : critical->arcs) {
    const double cycles = static_cast<double>(arc.cycles) / frames;
    if (++shown > arcs_shown) {
      rest += cycles;
      continue;
    }
    table.add({stage_name(r.plan, arc.stage),
               arc.buffer < 0  ? "its own work"
               : arc.for_space ? "space"
                               : "rows",
               fmt::format("{:.1f}", cycles),
               fmt::format("{:.1f} %", 100 * static_cast<double>(arc.cycles) / static_cast<double>(critical->cycles)),
               arc.buffer < 0 ? "" : buffer_name(r.plan, arc.buffer)});
  }
  if (shown > arcs_shown) table.add({fmt::format("… {} more", shown - arcs_shown), "", fmt::format("{:.1f}", rest)});
  const double interval = static_cast<double>(critical->cycles) / frames;
  return "\n" + style.bold(fmt::format("Critical cycle: {:.1f} cycles a frame, which is the interval", interval)) +
         "\n" + table.text(style);
}

bool same(const std::optional<double>& now, const std::optional<double>& before) {
  return now && before && std::abs(*now - *before) < small_change * *before;
}

bool waits_for_space(const RunResult& r) {
  const auto& critical = r.saturated.critical;
  return critical &&
         std::any_of(critical->arcs.begin(), critical->arcs.end(), [](const BindingArc& arc) { return arc.for_space; });
}

/// What no change of throughput among those tried comes down to.
std::string why_no_throughput(const RunResult& r) {
  if (waits_for_space(r))
    return "None of these changes gives throughput; `rowflow size` looks for buffers that do together.";
  int busy = 0;
  for (const StageActivity& a : r.saturated.stages)
    busy += a.steady_busy > 0.99 * (a.steady_busy + a.steady_starved + a.steady_blocked) ? 1 : 0;
  return fmt::format("None of these changes gives throughput: {} stage{} more than 99 % of the time.", busy,
                     busy == 1 ? " works" : "s work");
}

std::string lever_table(const ExplainResult& result, const TextStyle& style) {
  const RunResult& base = result.base;
  if (result.levers.empty()) return "";
  Table table({{"change", Align::left, 50}, {"fps"}, {"Δ"}, {"paced ms"}, {"Δ"}, {"KiB"}, {"Δ"}});
  const auto fps = frames_per_second(base);
  bool faster = false;
  std::string without;
  for (const Lever& lever : result.levers) {
    if (same(lever.fps, fps) && same(lever.paced_cycles, base.latency.paced) && lever.kind != LeverKind::to_minimum) {
      without += (without.empty() ? "" : "; ") + lever_text(lever);
      continue;
    }
    const auto ms = milliseconds(base.plan, lever.paced_cycles);
    faster |= lever.fps && fps && *lever.fps > *fps * (1 + small_change);
    table.add({lever_text(lever),
               lever.fps                             ? fmt::format("{:.1f}", *lever.fps)
               : lever.status == RunStatus::deadlock ? "deadlock"
                                                     : "–",
               lever.fps && fps ? change(*lever.fps, *fps) : "", ms ? fmt::format("{:.3f}", *ms) : "–",
               lever.paced_cycles && base.latency.paced ? change(*lever.paced_cycles, *base.latency.paced) : "",
               kib(lever.bytes),
               change(static_cast<double>(lever.bytes), static_cast<double>(total_buffer_bytes(base.plan)))});
  }
  std::string text =
      "\n" + style.bold("One change at a time, each simulated; what gives most first") + "\n" + table.text(style);
  if (!without.empty()) text += wrap("Neither throughput nor latency change with: " + without + ".");
  return faster ? text : text + wrap(why_no_throughput(base));
}

}  // namespace

std::string explain_text(const ExplainResult& result, const TextStyle& style) {
  const RunResult& base = result.base;
  if (base.status != RunStatus::ok)
    return run_text(base, style);  // the circle of waits and the cure, or what does not fit
  std::string text =
      shortage_line(base.plan, style) + heading(base.plan, style) + summary(base) + cycle_table(base, style);
  text += "\n" + wrap("Why: " + chain_sentence(base, stall_chain(base)));
  if (!waits_for_space(base)) text += wrap("What may help: " + limiter(base).remedy + ".");
  return text + lever_table(result, style) + "\n" + assumed_text(base.plan, style);
}

}  // namespace rowflow

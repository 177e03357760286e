#include "sim/report/explain_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/report/levers_text.hpp"
#include "sim/report/limiter.hpp"
#include "sim/report/run_text.hpp"
#include "sim/report/stall_chain.hpp"
#include "sim/report/text_parts.hpp"
#include "sim/report/verdict.hpp"

namespace rowflow {

namespace {

constexpr std::size_t arcs_shown = 8;

std::string cycle_table(const RunResult& r, const std::string& where, const TextStyle& style) {
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
    if (++shown > arcs_shown && !style.verbose) {
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
  if (shown > arcs_shown && !style.verbose)
    table.add({fmt::format("… {} more", shown - arcs_shown), "", fmt::format("{:.1f}", rest)});
  const double interval = static_cast<double>(critical->cycles) / frames;
  return "\n" +
         style.bold(fmt::format("Critical cycle{}: {:.1f} cycles a frame, which is the interval", where, interval)) +
         "\n" + table.text(style);
}

bool waits_for_space(const RunResult& r) {
  const auto& critical = r.saturated.critical;
  return critical &&
         std::any_of(critical->arcs.begin(), critical->arcs.end(), [](const BindingArc& arc) { return arc.for_space; });
}

/// Of one pipeline; `where`: " in context 2" of several.
std::string cause_text(const RunResult& r, const std::string& where, const TextStyle& style) {
  std::string text = cycle_table(r, where, style) + wrap("Why: " + chain_sentence(r, stall_chain(r)));
  if (!waits_for_space(r)) text += wrap("What may help: " + limiter(r).remedy + ".");
  return text;
}

std::string causes_text(const RunResult& base, const TextStyle& style) {
  if (!base.several) return cause_text(base, "", style);
  const std::size_t slowest = slowest_context(*base.several);
  return cause_text(result_of(base, slowest), fmt::format(" of context {}, the slowest", slowest + 1), style);
}

}  // namespace

std::string explain_text(const ExplainResult& result, const TextStyle& style, const NextStep& next) {
  const RunResult& base = result.base;
  if (base.status == RunStatus::deadlock) return run_text(base, style, next);  // the circle of waits and the cure
  std::string text = heading(base.plan, style) + verdict_text(verdict(base), next, style);
  if (base.status == RunStatus::ok) text += causes_text(base, style);
  return text + levers_text(result, style) + "\n" + assumed_line(base, base.plan, style);
}

}  // namespace rowflow

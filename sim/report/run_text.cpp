#include "sim/report/run_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/report/contexts_text.hpp"
#include "sim/report/energy_text.hpp"
#include "sim/report/fit_text.hpp"
#include "sim/report/limiter.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

std::string optional_ms(const Plan& plan, const std::optional<double>& cycles) {
  const auto ms = milliseconds(plan, cycles);
  return ms ? fmt::format("{:.3f} ms", *ms) : "–";
}

std::string proof_words(const Throughput& t) {
  if (t.proof == Proof::repeat)
    return fmt::format("proven: from frame {} on the state repeats every {}", t.transient_frames,
                       t.period_frames == 1 ? "frame" : fmt::format("{} frames", t.period_frames));
  if (t.proof == Proof::bound) return "proven: the interval meets a lower bound";
  return "not proven: estimated from the second half of the run";
}

constexpr Cycles worth_saying = 100;  // one part in so many
constexpr std::size_t blocks_shown = 8;

/// A line of the summary; what is too long goes on below its value.
template <typename... Arguments>
std::string value_line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return wrap(fmt::format(format, std::forward<Arguments>(arguments)...), 15);
}

std::string se_lines(const RunResult& r) {
  std::string text = value_line("  SE blocks    pipeline buffering {} elements; excite {:.2f} % of the MACs",
                                thousands(pipeline_buffering_elements(r.plan)), 100 * excite_share(r.plan));
  return text + penalty_line(r);
}

std::string summary(const RunResult& r, bool verbose) {
  const Plan& plan = r.plan;
  const Throughput& t = r.saturated.throughput;
  std::string text = value_line("  tile height  {}, buffers {}{}, {} frames simulated", height_words(plan),
                                to_string(plan.buffer_policy), goal_words(plan), r.saturated.frames);
  if (t.interval && frames_per_second(r)) {
    text += value_line("  throughput   {:.1f} fps, {:.1f} cycles a frame{}", t.fps, t.interval->value(),
                       verbose || t.proof == Proof::none ? " (" + proof_words(t) + ")" : "");
  }
  if (verbose && plan.bounds.device_interval > 0)
    text += value_line("  bound        {:.1f} fps on this device, however it is allocated and placed",
                       frames_per_second(plan, static_cast<double>(plan.bounds.device_interval)));
  if (r.latency.isolated) {
    text +=
        value_line("  latency      {} paced ({} after the last row), {} first frame, {} saturated",
                   optional_ms(plan, r.latency.paced), optional_ms(plan, r.latency.after_last_row),
                   optional_ms(plan, static_cast<double>(*r.latency.isolated)), optional_ms(plan, r.latency.loaded));
  }
  if (r.latency.isolated && r.latency.link_sharing.value_or(0) * worth_saying > *r.latency.isolated)
    text += value_line("  of it        at most {} of the first frame's because transfers have fixed shares of a link",
                       optional_ms(plan, static_cast<double>(*r.latency.link_sharing)));
  text += value_line("  buffers      {} KiB, peak {} KiB; SE bypasses {} KiB, skips {} KiB",
                     kib(total_buffer_bytes(plan)), kib(peak_bytes(r).value_or(0)),
                     kib(buffer_bytes(plan, BufferRole::se_bypass)), kib(buffer_bytes(plan, BufferRole::skip)));
  text += memory_lines(plan) + energy_lines(r, verbose);
  return text + se_lines(r);
}

/// The buffer that a stage lost most steady cycles to, of one kind.
std::string blamed(const Plan& plan, const StageActivity& activity, StallKind kind) {
  const StallCause* worst = nullptr;
  for (const StallCause& stall : activity.stalls) {
    if (stall.kind == kind && (worst == nullptr || stall.steady_cycles > worst->steady_cycles)) worst = &stall;
  }
  return worst == nullptr ? "" : buffer_name(plan, worst->buffer);
}

/// Sources and sinks stand for the outside; excite stages idle between tiles by design: neither says where to look.
bool worth_looking_at(const Plan& plan, std::size_t stage) {
  const StageKind kind = plan.stages[stage].kind;
  const auto excites = [&](const SeBlock& block) {
    return std::find(block.excite.begin(), block.excite.end(), static_cast<int>(stage)) != block.excite.end();
  };
  return !is_end_kind(kind) && std::none_of(plan.se_blocks.begin(), plan.se_blocks.end(), excites);
}

/// Index of the stage worth looking at with the largest figure; -1 when it is zero everywhere.
template <typename Figure>
int most(const RunResult& r, Figure figure) {
  int best = -1;
  for (std::size_t s = 0; s < r.saturated.stages.size() && s < r.plan.stages.size(); ++s) {
    if (!worth_looking_at(r.plan, s) || figure(r.saturated.stages[s]) <= 0) continue;
    if (best < 0 || figure(r.saturated.stages[s]) > figure(r.saturated.stages[static_cast<std::size_t>(best)]))
      best = static_cast<int>(s);
  }
  return best;
}

std::string stages_that_matter(const RunResult& r, const TextStyle& style) {
  if (r.saturated.stages.empty() || !frames_per_second(r)) return "";
  Table table({{"", Align::left},
               {"stage", Align::left, 22},
               {"busy"},
               {"starved"},
               {"blocked"},
               {"mostly on", Align::left, 36}});
  const auto add = [&](const char* what, int index, std::optional<StallKind> kind) {
    if (index < 0) return;
    const StageActivity& a = r.saturated.stages[static_cast<std::size_t>(index)];
    const double all = std::max(1.0, a.steady_busy + a.steady_starved + a.steady_blocked);
    const auto percent = [&](double cycles) { return fmt::format("{:.0f} %", 100 * cycles / all); };
    table.add({what, stage_name(r.plan, index), percent(a.steady_busy), percent(a.steady_starved),
               percent(a.steady_blocked), kind ? blamed(r.plan, a, *kind) : ""});
  };
  add("busiest", most(r, [](const StageActivity& a) { return a.steady_busy; }), std::nullopt);
  add("most starved", most(r, [](const StageActivity& a) { return a.steady_starved; }), StallKind::starved);
  add("most blocked", most(r, [](const StageActivity& a) { return a.steady_blocked; }), StallKind::blocked);
  return table.empty()
             ? ""
             : "\n" + style.bold("Stages that matter (share of the steady interval)") + "\n" + table.text(style);
}

/// All of them, or those that lose most time, in order.
std::vector<std::size_t> blocks_to_show(const RunResult& r, bool verbose) {
  std::vector<std::size_t> blocks(r.se.size());
  std::iota(blocks.begin(), blocks.end(), std::size_t{0});
  if (verbose || blocks.size() <= blocks_shown) return blocks;
  const auto lost = [&](std::size_t b) { return r.se[b].wait_for_vector_cycles + r.se[b].producer_blocked_cycles; };
  std::stable_sort(blocks.begin(), blocks.end(), [&](std::size_t a, std::size_t b) { return lost(a) > lost(b); });
  blocks.resize(blocks_shown);
  std::sort(blocks.begin(), blocks.end());
  return blocks;
}

std::string se_table(const RunResult& r, const TextStyle& style) {
  if (r.plan.se_blocks.empty() || r.se.size() != r.plan.se_blocks.size()) return "";
  Table table({{"block", Align::left, 26},
               {"map"},
               {"T"},
               {"bypass rows"},
               {"peak"},
               {"KiB"},
               {"wait for vector"},
               {"blocked"},
               {"excite"}});
  const std::vector<std::size_t> shown = blocks_to_show(r, style.verbose);
  for (const std::size_t s : shown) {
    const SeBlock& block = r.plan.se_blocks[s];
    const BypassUse bypass = bypass_use(r, block);
    const bool full = block.tile_height_effective >= block.height;
    table.add({block.layer, fmt::format("{}×{}×{}", block.height, block.width, block.channels),
               full ? "full" : fmt::format("{}", block.tile_height_effective), fmt::format("{}", bypass.capacity),
               fmt::format("{}", bypass.peak), kib(bypass.bytes), fmt::format("{:.0f}", r.se[s].wait_for_vector_cycles),
               fmt::format("{:.0f}", r.se[s].producer_blocked_cycles),
               fmt::format("{:.0f}", r.se[s].excite_busy_cycles)});
  }
  const std::string which = shown.size() < r.se.size()
                                ? fmt::format("; {} of {} that lose most time, -v: all", shown.size(), r.se.size())
                                : "";
  return "\n" + style.bold(wrap(fmt::format("SE blocks (cycles a frame, steady{})", which))) + table.text(style);
}

/// Why, where the critical cycle says; in verbose texts also what kind of change is worth trying.
std::string limits(const RunResult& r, bool verbose) {
  if (!frames_per_second(r)) return "";
  const auto& critical = r.saturated.critical;
  const std::string cause = critical ? critical->text : "";
  if (!verbose) return cause.empty() ? "" : "\n" + wrap("Throughput: " + cause);
  const Limiter what = limiter(r);
  const std::string sentence = cause.empty() ? fmt::format("limited by {}", what.brief) : cause;
  return "\n" + wrap(fmt::format("Throughput: {}{} What to try: {}.", sentence, sentence.back() == '.' ? "" : ".",
                                 what.remedy));
}

std::string deadlock_text(const RunResult& r, const TextStyle& style) {
  if (!r.deadlock) return "";
  std::string text = "\n" + style.warn("Deadlock: no step can ever start. Each waits for the next:") + "\n";
  for (const WaitingStage& w : r.deadlock->waiting) {
    text += wrap(fmt::format("  {} waits for {} in {}", stage_name(r.plan, w.stage), w.for_space ? "space" : "rows",
                             buffer_name(r.plan, w.buffer)),
                 4);
  }
  text += "Cure, all together (none can be a row less):\n";
  for (const CapacityChange& change : r.deadlock->cure) {
    const Rows now = r.plan.buffers.at(static_cast<std::size_t>(change.buffer)).capacity_rows;
    text += wrap(
        fmt::format("  {}: {} rows instead of {}", buffer_name(r.plan, change.buffer), change.capacity_rows, now), 4);
  }
  return text;
}

std::string notes(const Plan& plan) {
  std::string text;
  for (const std::string& warning : plan.warnings) text += wrap("Note: " + warning);
  return text;
}

std::string several_text(const RunResult& r, const TextStyle& style) {
  std::string text = value_line("  tile height  {}, buffers {}{}; {} contexts", height_words(r.plan),
                                to_string(r.plan.buffer_policy), goal_words(r.plan), r.several->list.size());
  text += contexts_summary(r);
  text += se_lines(r);
  text += energy_lines(r, style.verbose) + contexts_table(r, style);
  if (style.verbose) text += contexts_note();
  return text + se_table(r, style);
}

std::string one_text(const RunResult& r, const TextStyle& style) {
  return summary(r, style.verbose) + not_fitting_text(r.plan, style) + deadlock_text(r, style) +
         limits(r, style.verbose) + stages_that_matter(r, style) + se_table(r, style);
}

}  // namespace

std::string run_text(const RunResult& result, const TextStyle& style, const NextStep& next) {
  return heading(result.plan, style) + verdict_text(verdict(result), next, style) + "\n" +
         (result.several ? several_text(result, style) : one_text(result, style)) + "\n" + notes(result.plan) +
         assumed_line(result, result.plan, style);
}

}  // namespace rowflow

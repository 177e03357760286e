#include "sim/report/run_text.hpp"

#include <fmt/format.h>

#include <algorithm>

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

/// A line of the summary; what is too long goes on below its value.
template <typename... Arguments>
std::string value_line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return wrap(fmt::format(format, std::forward<Arguments>(arguments)...), 15);
}

std::string summary(const RunResult& r) {
  const Plan& plan = r.plan;
  const Throughput& t = r.saturated.throughput;
  std::string text = value_line("  tile height  {}, buffers {}{}, {} frames simulated", plan.tile_height,
                                to_string(plan.buffer_policy), goal_words(plan), r.saturated.frames);
  if (t.interval && frames_per_second(r)) {
    text +=
        value_line("  throughput   {:.1f} fps, {:.1f} cycles a frame ({})", t.fps, t.interval->value(), proof_words(t));
  }
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
  text += memory_lines(plan) + energy_lines(r);
  return text + value_line("  SE blocks    pipeline buffering {} elements; excite {:.2f} % of the MACs",
                           thousands(pipeline_buffering_elements(plan)), 100 * excite_share(plan));
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
  for (std::size_t s = 0; s < r.se.size(); ++s) {
    const SeBlock& block = r.plan.se_blocks[s];
    const BypassUse bypass = bypass_use(r, block);
    const bool full = block.tile_height_effective >= block.height;
    table.add({block.layer, fmt::format("{}×{}×{}", block.height, block.width, block.channels),
               full ? "full" : fmt::format("{}", block.tile_height_effective), fmt::format("{}", bypass.capacity),
               fmt::format("{}", bypass.peak), kib(bypass.bytes), fmt::format("{:.0f}", r.se[s].wait_for_vector_cycles),
               fmt::format("{:.0f}", r.se[s].producer_blocked_cycles),
               fmt::format("{:.0f}", r.se[s].excite_busy_cycles)});
  }
  return "\n" + style.bold("SE blocks (cycles a frame, steady)") + "\n" + table.text(style);
}

std::string limits(const RunResult& r) {
  if (!frames_per_second(r)) return "";
  const Limiter what = limiter(r);
  const auto& critical = r.saturated.critical;
  const std::string sentence =
      critical && !critical->text.empty() ? critical->text : fmt::format("limited by {}", what.brief);
  return "\n" + wrap(fmt::format("Throughput: {}{} What would help: {}.", sentence, sentence.back() == '.' ? "" : ".",
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

}  // namespace

namespace {

std::string several_text(const RunResult& r, const TextStyle& style) {
  std::string text = heading(r.plan, style);
  text += value_line("  tile height  {}, buffers {}{}; {} contexts", r.plan.tile_height,
                     to_string(r.plan.buffer_policy), goal_words(r.plan), r.several->list.size());
  text += contexts_summary(r);
  text += value_line("  SE blocks    pipeline buffering {} elements; excite {:.2f} % of the MACs",
                     thousands(pipeline_buffering_elements(r.plan)), 100 * excite_share(r.plan));
  text += energy_lines(r) + contexts_table(r, style) + contexts_note() + se_table(r, style) + "\n";
  for (const std::string& warning : r.plan.warnings) text += wrap("Note: " + warning);
  return text + assumed_text(r.plan);
}

}  // namespace

std::string run_text(const RunResult& result, const TextStyle& style) {
  if (result.several) return several_text(result, style);
  std::string text = shortage_line(result.plan, style) + heading(result.plan, style) + summary(result);
  if (result.status == RunStatus::does_not_fit) text += "\n" + style.warn("Does not fit: not simulated.") + "\n";
  if (result.status == RunStatus::does_not_fit) text += not_fitting_text(result.plan, style);
  text += deadlock_text(result, style) + limits(result) + stages_that_matter(result, style) + se_table(result, style) +
          "\n";
  for (const std::string& warning : result.plan.warnings) text += wrap("Note: " + warning);
  return text + assumed_text(result.plan);
}

}  // namespace rowflow

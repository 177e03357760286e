#include "sim/report/contexts_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

/// "45.1 (38 … 61)": fps of a batch, and over the ranges of switch, reload and their overlap.
std::string fps_with_range(const RunResult& r, int frames) {
  const BatchRange range = batch_range(*r.several, frames);
  return fmt::format("{:.1f} ({:.0f} … {:.0f})", *batch_fps(r, frames), fps_of_batch(r, range.high, frames),
                     fps_of_batch(r, range.low, frames));
}

std::string ms(const RunResult& r, Cycles cycles) {
  return fmt::format("{:.2f}", milliseconds(r.plan, static_cast<double>(cycles)));
}

std::string where_time_goes(const RunResult& r, int frames) {
  const BatchTime t = batch_time(*r.several, frames);
  return fmt::format("{} ms: switch {}, reload {}, fill and drain {}, steady work {}", ms(r, t.total),
                     ms(r, t.switches), ms(r, t.reload), ms(r, t.fill_drain), ms(r, t.steady));
}

std::int64_t demand(const Plan& plan, const char* resource) { return chip_demand(plan, resource).value_or(0); }

}  // namespace

std::string contexts_summary(const RunResult& r) {
  const ContextsResult& s = *r.several;
  const int batch = s.batch;
  const auto line = [](const std::string& text) { return wrap("  " + text, 15); };
  std::string fps = fmt::format("throughput   fps at batch 1: {}", fps_with_range(r, 1));
  if (batch != 1) fps += fmt::format(", {}: {}", batch, fps_with_range(r, batch));
  if (batch != 8) fps += fmt::format(", 8: {}", fps_with_range(r, 8));
  fps += fmt::format("; without limit {:.1f}", *unlimited_batch_fps(r));
  std::string text = line(fps);
  text += line(fmt::format("latency      {} at batch 1{}", where_time_goes(r, 1),
                           s.host_overhead > 0 ? fmt::format("; host {}", ms(r, s.host_overhead)) : ""));
  if (batch != 1) text += line(fmt::format("batch of {:<3} {}", batch, where_time_goes(r, batch)));
  text += line(fmt::format("memory       the largest context: {} cuts; buffers {} KiB, SE bypasses {} KiB",
                           cuts_words(r), kib(largest(r, total_buffer_bytes)),
                           kib(largest(r, [](const Plan& p) { return buffer_bytes(p, BufferRole::se_bypass); }))));
  text += line(fmt::format("host link    {:.2f} MB a frame between contexts",
                           static_cast<double>(inter_context_bytes(r)) / 1e6));
  const std::vector<std::string> cut = cut_blocks(r);
  if (!cut.empty())
    text += line(
        fmt::format("SE cut       {}: the map waits in the host's memory, without a bypass", fmt::join(cut, ", ")));
  return text;
}

std::string contexts_table(const RunResult& r, const TextStyle& style) {
  const ContextsResult& s = *r.several;
  Table table({{""},
               {"begins with", Align::left, 26},
               {"sub-\nclusters"},
               {"control-\nlers"},
               {"L3+L4\ncuts"},
               {"reload\nms"},
               {"1 frame\nms"},
               {fmt::format("batch {}\nms", s.batch)},
               {"interval\nms"},
               {"limited by", Align::left, 24}});
  for (std::size_t c = 0; c < s.list.size(); ++c) {
    const ContextResult& context = s.list[c];
    const Plan& plan = context.context.plan;
    table.add({fmt::format("{}", c + 1), first_layer(plan), fmt::format("{}", demand(plan, "subclusters")),
               fmt::format("{}", demand(plan, "controllers")), thousands(chip_cuts(plan)),
               ms(r, context.context.overhead.reload), ms(r, time_of_frames(context.run, 1)),
               ms(r, time_of_frames(context.run, s.batch)),
               fmt::format("{:.2f}", milliseconds(plan, context.run.throughput.interval->value())),
               limit_name(result_of(r, c))});
  }
  std::string what = s.given ? "as given" : fmt::format("{} stretches mapped to find them", s.evaluated);
  if (s.gap > 0) what += fmt::format("; none found faster, none is by more than {:.0f} %", 100 * s.gap);
  return "\n" + style.bold(wrap(fmt::format("Contexts, one after another for a batch of {} ({})", s.batch, what))) +
         table.text(style);
}

std::string contexts_note() {
  return wrap(
      "In parentheses: over the ranges of the device's context_switch, reload_per_byte and stored_weight_bits, with "
      "and without reloads that overlap.");
}

}  // namespace rowflow

#include "sim/report/size_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/report/text_parts.hpp"
#include "sim/report/verdict.hpp"

namespace rowflow {

namespace {

constexpr std::size_t buffers_shown = 16;
constexpr std::size_t points_shown = 24;

template <typename... Arguments>
std::string value_line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return wrap(fmt::format(format, std::forward<Arguments>(arguments)...), 15);
}

double gap_percent(std::int64_t price, std::int64_t lower_bound) {
  return price > 0 ? 100.0 * static_cast<double>(price - lower_bound) / static_cast<double>(price) : 0;
}

std::string change_percent(Bytes before, Bytes after) {
  const double percent = before > 0 ? 100.0 * static_cast<double>(after - before) / static_cast<double>(before) : 0;
  return fmt::format("{}{:.0f} %", percent < 0 ? "−" : "+", std::abs(percent));
}

std::string price_words(const SizeResult& r, std::int64_t price) {
  return r.cuts ? fmt::format("{} cuts of memory", thousands(price)) : kib(price) + " KiB";
}

/// What everything proven here rests on: the allocation, and what lies in which memory level (T15).
std::string as_mapped(const SizeResult& r) {
  int outside = 0;
  for (const Buffer& buffer : r.answer.plan.buffers) outside += outside_l3(buffer.level) ? 1 : 0;
  if (outside == 0) return "for the pipeline as mapped";
  return fmt::format("for the pipeline as mapped, with {} buffer{} outside L3", outside, outside == 1 ? "" : "s");
}

std::string guarantee(const SizeResult& r) {
  if (is_forwarded(r.answer.plan))
    return "found by trying, as rows are forwarded (T16): no buffer can be a row less alone, together they might";
  if (r.exact()) return fmt::format("proven {}: no buffers that hold it take less", as_mapped(r));
  return fmt::format("proven {}: none that hold it take less than {}; the gap is {:.2f} %, --effort narrows it",
                     as_mapped(r), price_words(r, r.lower_bound), gap_percent(r.price, r.lower_bound));
}

/// "context 2 (s3.b0.expand …)".
std::string context_words(const SizeResult& r, std::size_t context) {
  return fmt::format("context {} ({} …)", context + 1, first_layer(r.contexts[context].answer.plan));
}

/// Frames of a batch in several contexts; what the buffers of each take.
std::string contexts_summary(const SizeResult& r) {
  const ContextsResult& s = *r.answer.several;
  const std::string batch = fmt::format("at batch {}", s.batch);
  std::string text =
      r.asked_fps > 0
          ? value_line("  to hold      {:.1f} fps {}; {:.1f} have been reached", r.asked_fps, batch, r.highest_fps)
          : value_line("  to hold      the shortest interval and first frame of every context as mapped");
  const auto largest = static_cast<std::size_t>(
      std::max_element(r.contexts.begin(), r.contexts.end(),
                       [](const SizeResult& a, const SizeResult& b) { return a.price < b.price; }) -
      r.contexts.begin());
  text += value_line(
      "  smallest     {} in the largest context, {}; of the configured buffers the largest context's "
      "take {} KiB",
      price_words(r, r.price), context_words(r, largest), kib(rowflow::largest(r.configured, total_buffer_bytes)));
  const auto configured = [&](int frames) {
    const auto fps = batch_fps(r.configured, frames);
    return fps ? fmt::format("{:.1f}", *fps) : std::string("a deadlock");
  };
  text += value_line("  simulated    {:.1f} fps {} (configured {}), {:.1f} at batch 1 (configured {})",
                     *batch_fps(r.answer, s.batch), batch, configured(s.batch), *batch_fps(r.answer, 1), configured(1));
  text += penalty_line(r.answer);
  std::string missing;
  for (std::size_t c = 0; c < r.contexts.size() && missing.empty(); ++c)
    if (const std::string lacks = shortage(r.contexts[c].answer.plan); !lacks.empty())
      missing = context_words(r, c) + " " + lacks;
  return text + value_line("  fit          {}", missing.empty() ? "with these buffers each fits the device" : missing);
}

std::string size_contexts_table(const SizeResult& r, const TextStyle& style) {
  Table table({{""},
               {"begins with", Align::left, 28},
               {"interval\nms"},
               {"1 frame\nms"},
               {"configured\nKiB"},
               {"smallest\nKiB"},
               {r.cuts ? "\ncuts" : "proven\nleast"},
               {"as\nmapped", Align::left}});
  for (std::size_t c = 0; c < r.contexts.size(); ++c) {
    const SizeResult& one = r.contexts[c];
    const Plan& plan = one.answer.plan;
    const Measurement& run = r.answer.several->list[c].run;
    table.add({fmt::format("{}", c + 1), first_layer(plan),
               fmt::format("{:.2f}", milliseconds(plan, run.throughput.interval->value())),
               fmt::format("{:.2f}", milliseconds(plan, static_cast<double>(time_of_frames(run, 1)))),
               kib(total_buffer_bytes(one.configured.plan)), kib(total_buffer_bytes(plan)),
               r.cuts ? thousands(one.price) : kib(one.lower_bound), one.settled ? "yes" : "no"});
  }
  return "\n" + style.bold(wrap("Buffers of each context, which are on the chip one after another")) +
         table.text(style) +
         wrap(fmt::format("Proven least: no buffers of the context as mapped that keep its share of a batch of {} take "
                          "less. As mapped: run --buffers with these maps them so.",
                          r.answer.several->batch));
}

std::string summary(const SizeResult& r) {
  const Bytes before = total_buffer_bytes(r.configured.plan), after = total_buffer_bytes(r.answer.plan);
  std::string text =
      r.asked_fps > 0
          ? value_line("  to hold      {:.1f} fps; the pipeline as mapped reaches {:.1f}", r.asked_fps, r.highest_fps)
          : value_line("  to hold      {:.1f} fps, the most that the pipeline as mapped reaches", r.highest_fps);
  const std::string bytes = r.cuts ? fmt::format(", {} KiB", kib(after)) : "";
  text += value_line("  smallest     {}{} for all buffers ({})", price_words(r, r.price), bytes, guarantee(r));
  text += value_line("  simulated    {} fps, paced latency {} ms", fps_text(r.answer), latency_text(r.answer));
  text += penalty_line(r.answer);
  const std::string missing = shortage(r.answer.plan);
  text += value_line("  fit          {}", missing.empty() ? "with these buffers it fits the device" : missing);
  return text + value_line("  configured   {} KiB (--buffers {}): {} fps, paced latency {} ms; the smallest take {}",
                           kib(before), to_string(r.configured.plan.buffer_policy), fps_text(r.configured),
                           latency_text(r.configured), change_percent(before, after));
}

std::string front_table(const SizeResult& r, const TextStyle& style) {
  if (r.front.empty()) return "";
  Table table({{"fps"}, {"latency ms"}, {"buffers KiB"}, {r.cuts ? "cuts" : "proven least"}, {"bytes a fps more"}});
  const std::size_t skipped = r.front.size() > points_shown ? (r.front.size() + points_shown - 1) / points_shown : 1;
  const FrontPoint* before = nullptr;
  for (std::size_t p = 0; p < r.front.size(); ++p) {
    if (p % skipped != 0 && p + 1 != r.front.size()) continue;
    const FrontPoint& point = r.front[p];
    const double more = before != nullptr ? point.fps - before->fps : 0;
    const auto ms = milliseconds(r.answer.plan, point.paced);
    table.add({fmt::format("{:.1f}", point.fps), ms ? fmt::format("{:.3f}", *ms) : "–", kib(point.bytes),
               r.cuts ? thousands(point.price) : kib(point.lower_bound),
               more > 0 ? thousands(static_cast<std::int64_t>(static_cast<double>(point.bytes - before->bytes) / more))
                        : ""});
    before = &point;
  }
  const std::string all = r.front_complete ? "complete" : "not complete: more points lie between these";
  const std::string shown = skipped > 1 ? fmt::format("; {} points, every {}th shown", r.front.size(), skipped) : "";
  return "\n" + style.bold(wrap(fmt::format("Throughput that buffers buy ({}{})", all, shown))) + table.text(style);
}

std::string buffer_table(const SizeResult& r, const TextStyle& style) {
  std::vector<std::size_t> order(r.buffers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto& buffers = r.answer.plan.buffers;  // of several contexts in the same order
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return r.buffers[a].answer * buffers[a].row_bytes > r.buffers[b].answer * buffers[b].row_bytes;
  });
  order.resize(std::min(order.size(), buffers_shown));
  Table table({{"buffer", Align::left, 30},
               {"row\nbytes"},
               {"config-\nured"},
               {"\npeak"},
               {"un-\nlimited"},
               {"\nminimal"},
               {"needed\nalone"},
               {"\nsmallest"},
               {"\nKiB"}});
  for (const std::size_t b : order) {
    const SizedBuffer& s = r.buffers[b];
    table.add({buffers[b].name, fmt::format("{}", buffers[b].row_bytes), fmt::format("{}", s.configured),
               fmt::format("{}", s.peak), fmt::format("{}", s.unlimited), fmt::format("{}", s.minimal),
               fmt::format("{}", s.needed_alone), fmt::format("{}", s.answer), kib(s.answer * buffers[b].row_bytes)});
  }
  const std::string rest =
      r.buffers.size() > order.size() ? fmt::format("; {} more take less", r.buffers.size() - order.size()) : "";
  return "\n" + style.bold(wrap(fmt::format("Buffers in rows, largest first{}", rest))) + table.text(style) +
         wrap(
             "Peak: as configured, saturated. Unlimited: peak when nothing is ever full, source paced. Minimal: free "
             "of deadlock. Needed "
             "alone: with all others unlimited.");
}

}  // namespace

std::string size_text(const SizeResult& r, const TextStyle& style) {
  // Of several contexts of which one deadlocks as configured, that is all that was simulated.
  const Plan& plan = r.contexts.empty() ? r.configured.plan : r.answer.plan;
  std::string text = heading(plan, style) + verdict_text(verdict(r.reachable ? r.answer : r.configured), {}, style);
  if (!r.reachable) {
    const std::string none =
        r.configured.several
            ? fmt::format("No buffers of these contexts were found to hold {:.1f} fps at batch {}: they reach {:.1f}.",
                          r.asked_fps, r.configured.several->batch, r.highest_fps)
            : fmt::format("No buffers of the pipeline as mapped hold {:.1f} fps: it reaches {:.1f} at most.",
                          r.asked_fps, r.highest_fps);
    return text + style.warn(wrap(none));
  }
  const std::string unsettled = r.settled
                                    ? ""
                                    : style.warn(wrap("These depths may be mapped to another pipeline than the one "
                                                      "they were found for: run --buffers with them may differ."));
  if (!r.contexts.empty())
    return text + contexts_summary(r) + unsettled + size_contexts_table(r, style) + buffer_table(r, style) + "\n" +
           assumed_text(plan, style);
  return text + summary(r) + unsettled + front_table(r, style) + buffer_table(r, style) + "\n" +
         assumed_text(plan, style);
}

}  // namespace rowflow

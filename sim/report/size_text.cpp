#include "sim/report/size_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/report/json_lines.hpp"
#include "sim/report/result_parts.hpp"
#include "sim/report/text_parts.hpp"
#include "sim/report/verdict.hpp"
#include "sim/report/version.hpp"

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

nlohmann::ordered_json point_json(const RunResult& result) {
  using Json = nlohmann::ordered_json;
  const auto fps = frames_per_second(result);
  const auto paced = milliseconds(result.plan, result.latency.paced);
  return {{"capacity_bytes", largest(result, total_buffer_bytes)},
          {"buffer_policy", result.plan.buffer_policy},
          {"interval_cycles", fps ? Json(result.saturated.throughput.interval->value()) : Json()},
          {"fps", fps ? Json(*fps) : Json()},
          {"paced_ms", paced ? Json(*paced) : Json()}};
}

nlohmann::ordered_json contexts_json(const SizeResult& r) {
  nlohmann::ordered_json contexts = nlohmann::ordered_json::array();
  for (std::size_t c = 0; c < r.contexts.size(); ++c) {
    const SizeResult& one = r.contexts[c];
    const Measurement& run = r.answer.several->list[c].run;
    contexts.push_back({{"context", c + 1},
                        {"begins_with", first_layer(one.answer.plan)},
                        {"interval_cycles", run.throughput.interval->value()},
                        {"first_frame_cycles", time_of_frames(run, 1)},
                        {"configured_bytes", total_buffer_bytes(one.configured.plan)},
                        {"capacity_bytes", total_buffer_bytes(one.answer.plan)},
                        {"price", one.price},
                        {"lower_bound", one.lower_bound},
                        {"exact", one.exact()},
                        {"settled", one.settled},
                        {"fits", one.answer.plan.fit.fits}});
  }
  return contexts;
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

std::string size_json(const SizeResult& r) {
  using Json = nlohmann::ordered_json;
  const Plan& plan = r.configured.plan;
  Json json = {{"schema", "rowflow.size/2"},
               {"version", version()},
               {"network", plan.network.name},
               {"device", plan.device.name},
               {"tile_height", tile_height_json(plan)},
               {"status", r.reachable ? "ok" : "unreachable"},
               {"asked_fps", r.asked_fps > 0 ? Json(r.asked_fps) : Json()},
               {"highest_fps", r.highest_fps},
               {"configured", point_json(r.configured)}};
  if (!r.reachable) return json_lines(json) + "\n";
  json["unit"] = r.cuts ? "cuts" : "bytes";
  json["price"] = r.price;
  json["lower_bound"] = r.lower_bound;
  json["exact"] = r.exact();
  json["effort"] = r.effort;
  json["settled"] = r.settled;
  json["answer"] = point_json(r.answer);
  json["penalty"] = r.answer.penalty ? Json(*r.answer.penalty) : Json();
  if (!r.contexts.empty()) {
    json["batch"] = r.answer.several->batch;
    json["contexts"] = contexts_json(r);
  }
  json["buffers"] = Json::array();
  for (std::size_t b = 0; b < r.buffers.size(); ++b) {
    const SizedBuffer& s = r.buffers[b];
    json["buffers"].push_back({{"name", r.answer.plan.buffers[b].name},
                               {"row_bytes", r.answer.plan.buffers[b].row_bytes},
                               {"configured_rows", s.configured},
                               {"peak_rows", s.peak},
                               {"unlimited_rows", s.unlimited},
                               {"minimal_rows", s.minimal},
                               {"needed_alone_rows", s.needed_alone},
                               {"capacity_rows", s.answer}});
  }
  if (!r.front.empty()) json["front_complete"] = r.front_complete;
  for (const FrontPoint& point : r.front) {
    Json capacities = Json::object();
    for (std::size_t b = 0; b < point.capacities.size(); ++b)
      capacities[r.answer.plan.buffers[b].name] = point.capacities[b];
    json["front"].push_back({{"interval_cycles", point.interval.value()},
                             {"fps", point.fps},
                             {"paced_ms", point.paced ? Json(*milliseconds(plan, point.paced)) : Json()},
                             {"price", point.price},
                             {"lower_bound", point.lower_bound},
                             {"capacity_bytes", point.bytes},
                             {"capacity_rows", std::move(capacities)}});
  }
  json["assumed"] = plan.assumed;
  return json_lines(json) + "\n";
}

std::string buffers_file(const Plan& plan) {
  nlohmann::ordered_json buffers = nlohmann::ordered_json::object();
  for (const Buffer& buffer : plan.buffers) buffers[buffer.name] = buffer.capacity_rows;
  nlohmann::ordered_json document = {{"$schema", "buffers.schema.json"},
                                     {"network", plan.network.name},
                                     {"device", plan.device.name},
                                     {"buffers", std::move(buffers)}};
  for (const Buffer& buffer : plan.buffers)
    if (outside_l3(buffer.level)) document["levels"][buffer.name] = buffer.level;
  return document.dump(2) + "\n";
}

}  // namespace rowflow

#include "sim/cli/pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/cli/progress.hpp"
#include "sim/evaluate/contexts.hpp"
#include "sim/report/page.hpp"
#include "sim/report/page_data.hpp"
#include "sim/report/picture.hpp"
#include "sim/report/run_json.hpp"
#include "sim/report/trace.hpp"
#include "sim/report/verdict.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

namespace {

[[noreturn]] void refuse_frames(const Request& request, int simulated) {
  throw InputError(
      "--trace-frames " + request.trace_frames,
      fmt::format("expected \"all\" or FIRST:LAST with 0 <= FIRST <= LAST < {}, the frames simulated", simulated));
}

/// The window of --trace: the frames asked for, or the last two of the steady regime; a deadlocked run as a whole.
Timeline trace_window(const Request& request, const Measurement& run) {
  Timeline all;
  all.to = run.elapsed;
  const int completed = static_cast<int>(run.frame_completion.size());
  if (!run.completed || request.trace_frames == "all") return all;
  if (request.trace_frames.empty())
    return frames_window(run, std::max(0, run.steady_last_frame - 1), std::max(0, run.steady_last_frame));
  int first = 0, last = 0;
  char after = 0;
  if (std::sscanf(request.trace_frames.c_str(), "%d:%d%c", &first, &last, &after) != 2)
    refuse_frames(request, completed);
  if (first < 0 || last < first || last >= completed) refuse_frames(request, completed);
  return frames_window(run, first, last);
}

/// Of several contexts: the whole batch.
Timeline batch_trace_window(const Request& request, const Measurement& run) {
  if (!request.trace_frames.empty() && request.trace_frames != "all")
    throw InputError("--trace-frames " + request.trace_frames,
                     "expected \"all\": of several contexts a whole batch is shown");
  return batch_windows(run).occupancy;
}

nlohmann::ordered_json recorded(const RunResult& result) {
  if (result.status == RunStatus::does_not_fit) return nullptr;
  const Measurement& run = result.saturated;
  PageWindows windows = result.several ? batch_windows(run) : page_windows(run);
  const auto of_frame = [&](int frame) {
    Timeline window;
    window.only_frame = frame;
    return result.several ? record_batch(result, window) : record_frame(result.plan, run, frame);
  };
  if (run.completed) windows.first = of_frame(0);
  windows.steady = of_frame(windows.frame);
  windows.occupancy = result.several ? record_batch(result, windows.occupancy)
                                     : record_timeline(result.plan, run, windows.occupancy, frames_to_stay_full(run));
  return page_timeline(result.plan, run, windows);
}

std::string label_of(const ComparisonRow& row) {
  const std::string height = row.label.empty() ? row.iso_throughput.plan.tile_height : row.label;
  return height == "full" ? "full SE" : height == "mixed" ? "mixed tiles" : "T = " + height;
}

void write_page(const Request& request, const Comparison& comparison, const NextStep& next, const PageLevers& levers) {
  PagePoints points;
  for (const auto& row : comparison.rows) {
    auto timeline = recorded(row.iso_throughput);  // takes much memory for a while
    auto result = result_json(row.iso_throughput);
    const std::string label = page_label(result, row.label);
    auto point = page_point(label, std::move(result));
    point["timeline"] = std::move(timeline);
    point["floor"] = page_floor(row.iso_throughput);
    point["begins"] = page_begins(row.iso_throughput);
    if (!levers.explain.empty() && row.label == levers.label)
      point["explain"] = nlohmann::ordered_json::parse(levers.explain);
    if (row.iso_memory) point["iso_memory"] = page_iso_memory(result_json(*row.iso_memory));
    points.add(std::move(point));
  }
  PageContent content{request.command_line, comparison.budget, "", "", {}, "", next.command};
  const Verdict words =
      comparison.rows.size() > 1 ? verdict(comparison) : verdict(comparison.rows.front().iso_throughput);
  content.fit = words.fit.whole();
  content.answer = words.answer.whole();
  if (comparison.rows.size() > 1) {
    content.recommended = comparison.recommended.row;
    content.reason = comparison.recommended.reason;
  }
  write_whole_file(request.report, page_html(points, content));
}

void write_flights(const Request& request, const std::vector<ComparisonRow>& rows) {
  std::vector<PicturePanel> panels;
  for (const auto& row : rows) {
    if (row.iso_throughput.status != RunStatus::ok) continue;
    const auto& run = row.iso_throughput.saturated;
    panels.push_back({label_of(row), &row.iso_throughput,
                      row.iso_throughput.several ? record_batch(row.iso_throughput, batch_windows(run).occupancy)
                                                 : record_frame(row.iso_throughput.plan, run, 0)});
  }
  const auto svg = flight_picture(panels);
  write_whole_file(request.picture, svg);
}

}  // namespace

void check_pictures(const Request& request, std::size_t points, const Device& device) {
  if (device.row_forwarding && !request.vcd.empty())
    throw InputError("--vcd",
                     "found a device with row_forwarding, expected one without: waveforms show steps from their start "
                     "on, and a forwarded step is known only after it (--trace shows them)");
  if (points > 1 && !(request.trace.empty() && request.vcd.empty())) {
    throw InputError(request.trace.empty() ? "--vcd" : "--trace",
                     fmt::format("found {} tile heights, expected one: a file shows one run", points));
  }
  if (!request.vcd.empty() && request.point.value(Knob::timing) != "synchronous") {
    throw InputError("--vcd", "expected --timing synchronous beside it: waveforms need a run in step with the clock");
  }
}

void write_pictures(const Request& request, const Comparison& comparison, const NextStep& next,
                    const PageLevers& levers) {
  const std::vector<ComparisonRow>& rows = comparison.rows;
  Progress progress(request);
  progress.now("writing what happened when");
  const auto& only = rows.front().iso_throughput;
  const bool simulated = only.status != RunStatus::does_not_fit;
  if (!request.trace.empty() && only.several) {
    write_trace(request.trace, only, record_batch(only, batch_trace_window(request, only.saturated)));
  } else if (!request.trace.empty() && simulated) {
    const int more = request.trace_frames.empty() ? frames_to_stay_full(only.saturated) : 0;
    write_trace(request.trace, only,
                record_timeline(only.plan, only.saturated, trace_window(request, only.saturated), more));
  }
  if (!request.vcd.empty() && only.several)
    throw InputError("--vcd", "found a network in several contexts, expected one: waveforms show one pipeline");
  if (!request.vcd.empty() && simulated) record_waveforms(only.plan, only.saturated, request.vcd);
  if (!request.picture.empty()) write_flights(request, rows);
  if (!request.report.empty()) write_page(request, comparison, next, levers);
}

}  // namespace rowflow

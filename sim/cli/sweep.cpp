// rowflow sweep, and rowflow merge for what its shards have written.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "sim/base/error.hpp"
#include "sim/base/stopping.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/jobs.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points_bar.hpp"
#include "sim/cli/sweep_axes.hpp"
#include "sim/cli/sweep_page.hpp"
#include "sim/cli/sweep_text.hpp"
#include "sim/report/run_json.hpp"
#include "sim/report/version.hpp"
#include "sim/studies/sweep/merge.hpp"
#include "sim/studies/sweep/results_csv.hpp"
#include "sim/studies/sweep/run_sweep.hpp"
#include "sim/studies/sweep/sweep_contents.hpp"

namespace rowflow {

namespace {

/// "2/8".
Shard shard_of(const std::string& text) {
  if (text.empty()) return {};
  Shard shard{0, 0};
  const char* const end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), end, shard.index);
  if (index.ptr != end && *index.ptr == '/') {
    const auto of = std::from_chars(index.ptr + 1, end, shard.of);
    if (of.ptr == end && shard.index >= 1 && shard.index <= shard.of) return shard;
  }
  throw InputError("--shard", fmt::format("found \"{}\", expected I/N with 1 ≤ I ≤ N", text));
}

Limits limits_of(const SweepRequest& request) {
  Limits limits;
  if (request.max_buffer_kib) limits.most_buffer_bytes = *request.max_buffer_kib * 1024;
  limits.least_fps = request.min_fps;
  return limits;
}

std::string csv_path(const std::string& folder) { return (std::filesystem::path(folder) / "results.csv").string(); }

/// results.csv, and the summary in the format asked for.
void report_read(const Request& request, const std::string& first_line) {
  const Results results(request.out, false);
  write_whole_file(csv_path(request.out), [&](FileOutput& out) {
    write_results_csv(results, [&](const std::string& line) { out.put(line); });
  });
  if (!request.report.empty()) {
    const std::string page = sweep_page(results, request.out, request.command_line);
    write_whole_file(request.report, page);
  }
  Request to_standard_output = request;
  to_standard_output.out.clear();
  if (request.format == "csv") {
    std::string text;
    write_results_csv(results, [&](const std::string& line) { text += line; });
    return write_output(to_standard_output, text);
  }
  const Limits limits = limits_of(request.sweep);
  const SweepSummary summary = summarise(results, limits);
  const SweepHeading heading{request.out, first_line};
  write_output(to_standard_output, request.format == "json"
                                       ? sweep_summary_json(heading, summary, limits)
                                       : sweep_text(heading, summary, limits, text_style(to_standard_output)));
}

void report(const Request& request, const std::string& first_line) {
  reading_results(request.out, [&] { report_read(request, first_line); });
}

std::string first_line(const SweepProgress& progress, const SweepOptions& options, double seconds) {
  std::string line = fmt::format("{} point{} computed in {:.1f} s by {} worker{}", progress.done,
                                 progress.done == 1 ? "" : "s", seconds, options.jobs, options.jobs == 1 ? "" : "s");
  if (progress.done > 0) line += fmt::format(" ({:.0f} a second)", static_cast<double>(progress.done) / seconds);
  if (progress.checked > 0)
    line += fmt::format("; {} of them with the SystemC model too, {}", progress.checked,
                        progress.checked == 1 ? "which agrees" : "which all agree");
  if (progress.stored > 0) line += fmt::format("; {} there before", progress.stored);
  if (options.shard.of > 1) line += fmt::format("; shard {} of {}", options.shard.index, options.shard.of);
  return line;
}

void tell_idle_axis(const Request& request, const Sweep& sweep, const Contents& contents) {
  const bool has_axis = std::any_of(sweep.grid.begin(), sweep.grid.end(), [](const Axis& axis) {
    return (axis.knob == Knob::tile_height || axis.knob == Knob::block_heights) && axis.values.size() > 1;
  });
  for (const auto& [name, network] : contents.networks())
    if (has_axis && network.blocks.empty() && !request.quiet)
      message(name + " has no squeeze-and-excite block: its points of different tile heights are the same");
}

}  // namespace

int sweep_command(const Request& request) {
  if (request.out.empty()) throw InputError("", "expected -o DIR: the folder of the results");
  Sweep sweep = requested_sweep(request);
  const Contents contents = read_contents(sweep);
  tell_idle_axis(request, sweep, contents);
  SweepOptions options;
  options.jobs = jobs_of(request);
  options.shard = shard_of(request.sweep.shard);
  options.keep = request.sweep.keep == "full"      ? Keep::full
                 : request.sweep.keep == "scalars" ? Keep::scalars
                                                   : Keep::blocks;
  options.check_percent = request.sweep.check_percent;
  options.whole = [](const RunResult& result) { return run_json({result}); };
  const auto begun = std::chrono::steady_clock::now();
  SweepProgress progress;
  {
    PointsBar bar(request.quiet);
    options.progress = [&](const SweepProgress& now) { bar.show(now.stored + now.done, now.points, now.done); };
    say_when_stopped("\nrowflow: stopped: the same command goes on where it was\n");
    progress = run_sweep(sweep, contents, version(), request.out, options);
    say_when_stopped(nullptr);
  }
  report(request, first_line(progress, options,
                             std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count()));
  return progress.defects > 0 ? 3 : 0;
}

int merge_command(const Request& request) {
  if (request.out.empty()) throw InputError("", "expected -o DIR: the folder of the merged results");
  merge_results(request.files, request.out);
  const Results results(request.out, false);
  std::uint64_t rows = 0;
  results.for_each(false, [&](const StoredRow&) { ++rows; });
  std::uint64_t expected = 0;
  reading_results(request.out, [&] { expected = std::stoull("0" + results.about("points")); });
  report(request, rows < expected
                      ? fmt::format("{} folders merged: {} of the sweep's {} points; equal points count once",
                                    request.files.size(), rows, expected)
                      : fmt::format("{} folders merged: all {} points of the sweep", request.files.size(), rows));
  return 0;
}

}  // namespace rowflow

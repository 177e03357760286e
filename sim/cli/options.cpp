#include "sim/cli/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "sim/report/reporter.hpp"

namespace rowflow {

namespace {

void add_format(CLI::App& app, Request& request, const std::vector<std::string>& names, const char* what = "") {
  app.add_option("--format", request.format, fmt::format("{}{}", fmt::join(names, " | "), what))
      ->check(CLI::IsMember(names));
}

}  // namespace

void add_output_options(CLI::App& app, Request& request, const std::vector<std::string>& names) {
  add_format(app, request, names);
  app.add_option("-o,--out", request.out, "write to this file, whole or not at all, instead of standard output");
  app.add_flag("--quiet", request.quiet, "no notes on standard error");
}

void add_verbose(CLI::App& app, Request& request) {
  app.add_flag("-v,--verbose", request.verbose, "all of it: proofs, each assumed figure, second views");
}

void add_knobs(CLI::App& app, Command command, Typed& typed) {
  for (const KnobRow& row : knobs()) {
    if (row.flag == nullptr || !has_knob(command, row)) continue;
    const std::string flag = row.flag;
    if (flag == "network" || app.get_option_no_throw(flag) != nullptr) continue;
    const auto repeats = [&](const KnobRow& other) {
      return other.flag != nullptr && other.flag == flag && has_knob(command, other) && other.shape != KnobShape::one;
    };
    const bool lists = command == Command::sweep && takes_list(command, row) && row.list_help != nullptr;
    const std::string names = row.older_flag == nullptr ? flag : flag + "," + row.older_flag;
    CLI::Option* option =
        app.add_option(names, typed[flag], lists ? row.list_help : row.help)->type_size(1)->allow_extra_args(false);
    if (std::none_of(knobs().begin(), knobs().end(), repeats)) option->expected(1);
  }
}

void add_point(CLI::App& app, Command command, Typed& typed) {
  // Not a list: what stands after it is no network, but one thing too many.
  const auto take = [&typed](const std::string& network) { typed["network"] = {network}; };
  app.add_option_function<std::string>("network", take, row_of(Knob::network).help)->required(command != Command::run);
  add_knobs(app, command, typed);
}

void add_calibrate_options(CLI::App& app, Request& request, Typed& typed) {
  app.add_option("file", request.files,
                 "measured throughputs: a file, or a name in configs/calibration (default hailo8)")
      ->expected(0, 1);
  add_knobs(app, Command::calibrate, typed);
  add_output_options(app, request, formats_of(Report::calibration));
}

void add_picture_options(CLI::App& app, Request& request) {
  app.add_option("--report", request.report, "write one self-contained HTML page to this file");
  app.add_option(
         "--levers", request.levers,
         "with --report: at most so many changes of each kind that rowflow explain finds, of several points for "
         "the recommended one (takes as long as explain)")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--trace", request.trace, "write what happened when as trace events (ui.perfetto.dev) to this file");
  app.add_option("--trace-frames", request.trace_frames,
                 "FIRST:LAST | all: the frames of --trace (default: the last two steady ones)");
  app.add_option("--picture", request.picture,
                 "write an SVG of the first frame's rows on their way through the stages to this file");
  app.add_option("--vcd", request.vcd, "write waveforms to this file; needs --timing synchronous");
}

void add_size_options(CLI::App& app, Request& request) {
  app.add_option("--min-fps", request.min_fps, "the throughput to hold (default: the highest that any buffers reach)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--cuts", request.cuts, "count cuts of the on-chip memory, each of one buffer, instead of bytes");
  app.add_option("--effort", request.effort,
                 "how long to search, in million looks at a step (default 100); where it ends, the gap is printed")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  app.add_flag("--pareto", request.pareto, "for each throughput the cheapest buffers too");
  app.add_option("--points", request.points, "searches that --pareto takes at most (default 32)")
      ->check(CLI::Range(2, 100000));
  app.add_option("--jobs", request.jobs, "processes at once (default: as many as there are processors)")
      ->check(CLI::Range(1, 1024));
}

void add_regress_options(CLI::App& app, Request& request, Typed& typed) {
  app.add_option("files", request.files, "regression configs, or folders of them; with --init a network")->required();
  app.add_flag(
      "--init", request.init,
      "write a case of this network with the options of rowflow run beside it (-o CASE.json), which expects what "
      "comes out now");
  app.add_option("--tolerance", request.tolerance_percent, "of --init: percent that cycles may differ (default 0)")
      ->check(CLI::NonNegativeNumber);
  add_knobs(app, Command::regress, typed);
  app.add_option("--jobs", request.jobs, "processes at once (default: as many as there are processors)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--junit", request.junit, "also write JUnit XML to this file");
  CLI::Option* update =
      app.add_flag("--update", request.update, "rewrite the expectations that differ in their files, and show them");
  app.add_flag("--only-defaults", request.only_defaults,
               "of --update: only in cases that would be as expected with the defaults of version 0.1")
      ->needs(update);
  add_output_options(app, request, formats_of(Report::cases));
}

void add_diff_options(CLI::App& app, Request& request) {
  app.add_option("results", request.files, "two results of rowflow run --format json")->required()->expected(2);
  app.add_option("--tolerance", request.tolerance_percent, "percent; smaller changes of a number are none (default 0)")
      ->check(CLI::NonNegativeNumber);
  add_output_options(app, request, formats_of(Report::diff));
}

void add_max_penalty(CLI::App& app, Request& request) {
  app.add_option("--max-penalty", request.max_penalty, "of all blocks together")->check(CLI::NonNegativeNumber);
}

/// What tiles cost in accuracy.
void add_penalty_options(CLI::App& app, Request& request) {
  app.add_option("--penalties", request.penalties, "JSON file: what a height costs in accuracy, by block");
  add_max_penalty(app, request);
  app.add_option("--combine", request.combine,
                 "rss | sum | max: what penalties of single blocks come to together (default rss, root of the sum of "
                 "squares)")
      ->check(CLI::IsMember({"rss", "sum", "max"}));
}

void add_tune_options(CLI::App& app, Request& request, Typed& typed, std::vector<std::string>& heights) {
  add_point(app, Command::tune, typed);
  app.add_option("--goal", request.goal,
                 "memory: least at full throughput | throughput: best within --buffer-kib | fewest-tiled: fewest tiled "
                 "blocks for full throughput within --buffer-kib | batch: most frames a second at --batch, in as many "
                 "contexts as it takes (default: memory where one context holds it, else batch)");
  app.add_option("--heights", heights,
                 "T[,T...] to choose from, beside full (default: 7, and the divisors of each block's height from there "
                 "on; with --penalties all divisors)")
      ->type_size(1)
      ->allow_extra_args(false);
  add_penalty_options(app, request);
  app.add_flag("--verify", request.verify,
               "measure the chosen heights in ONNX Runtime as `rowflow penalties` measured the file's figures");
  app.add_option("--data", request.data, "of --verify (default: the file's)");
  app.add_option("--jobs", request.jobs, "processes at once (default: as many as there are processors)")
      ->check(CLI::Range(1, 1024));
  app.add_option("-o,--out", request.out, "write the network config with these heights to this file");
  add_format(app, request, formats_of(Report::tune));
  app.add_flag("--quiet", request.quiet, "no notes on standard error");
}

void add_penalties_options(CLI::App& app, Request& request, Typed& typed, std::vector<std::string>& heights) {
  app.add_option("model", request.model, "an ONNX model with its weights")->required();
  add_knobs(app, Command::penalties, typed);
  app.add_option("--data", request.data, "a folder of images or of .npy and .npz arrays, or one such file")->required();
  app.add_option("--preprocess", request.preprocess, "JSON file: how images become inputs (default: pixel / 255)");
  app.add_option("--metric", request.metric,
                 "distance of the outputs | top1 class | iou of masks | a program's file (default distance)");
  app.add_option("--labels", request.labels, "classes for top1: lines of FILE,CLASS, or .npy with one a sample");
  app.add_option("--threshold", request.threshold, "of iou: an output above it is in the mask (default 0.5)");
  app.add_option("--heights", heights, "T[,T...] to measure (default 14,7,4,2,1, where a block is higher)")
      ->type_size(1)
      ->allow_extra_args(false);
  app.add_option("--samples", request.samples, "only the first so many (default: all)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  app.add_option("--jobs", request.jobs, "processes at once (default: as many as there are processors)")
      ->check(CLI::Range(1, 1024));
  app.add_option("-o,--out", request.out,
                 "the file to write, whole or not at all; stopped, it goes on from FILE.partial");
  app.add_flag("--quiet", request.quiet, "no table, no progress, no notes");
}

void add_summary_options(CLI::App& app, Request& request) {
  app.add_option("--max-buffer-kib", request.sweep.max_buffer_kib, "name the best points within so many KiB of buffers")
      ->check(CLI::PositiveNumber);
  app.add_option("--min-fps", request.sweep.min_fps, "name the best points with at least so many frames a second")
      ->check(CLI::PositiveNumber);
  add_format(app, request, {"text", "json", "csv"}, ": all rows; else the summary");
  app.add_option("-o,--out", request.out, "folder of the results: results.sqlite, results.csv");
  app.add_option("--report", request.report, "write one self-contained HTML page with the Pareto front to this file");
  app.add_flag("--quiet", request.quiet, "no progress bar, no notes on standard error");
}

void add_sweep_options(CLI::App& app, Request& request, Typed& typed) {
  SweepRequest& sweep = request.sweep;
  app.add_option("network", request.files, row_of(Knob::network).list_help)->required();
  add_knobs(app, Command::sweep, typed);
  app.add_option("--jobs", request.jobs, "worker processes (default: as many as there are processors)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--shard", sweep.shard,
                 "I/N: only every Nth point, starting with the Ith; `rowflow merge` joins the folders");
  app.add_option("--keep", sweep.keep,
                 "scalars | blocks | full: also the figures of SE blocks (default), also whole results")
      ->check(CLI::IsMember({"scalars", "blocks", "full"}));
  app.add_option("--check", sweep.check_percent,
                 "PERCENT of the points are simulated with the SystemC model too and compared (default 1); always the "
                 "same ones")
      ->check(CLI::Range(0.0, 100.0));
  add_summary_options(app, request);
}

}  // namespace rowflow

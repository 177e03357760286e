// The only unit that includes CLI11.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/cli/check_request.hpp"
#include "sim/cli/request.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

void add_output_options(CLI::App& app, Request& request, std::string& format, bool csv) {
  app.add_option("--format", format, csv ? "text | json | csv" : "text | json")
      ->check(csv ? CLI::IsMember({"text", "json", "csv"}) : CLI::IsMember({"text", "json"}));
  app.add_option("-o,--out", request.out, "write to this file, whole or not at all, instead of standard output");
  app.add_flag("--quiet", request.quiet, "no notes on standard error");
}

void add_tiling_options(CLI::App& app, Request& request, std::vector<std::string>& heights) {
  app.add_option("--tile-height", heights,
                 "T[,T...] of all SE blocks, each a number of rows or \"full\"; LAYER=T for one block; repeatable")
      ->type_size(1)
      ->allow_extra_args(false);
  app.add_option("--tile-first", request.tile_first, "tile only the first K SE blocks, the others full")->check(CLI::NonNegativeNumber);
}

CLI::Option* add_point_options(CLI::App& app, Request& request, std::vector<std::string>& heights) {
  CLI::Option* network =
      app.add_option("network", request.network, "a name from `rowflow list`, a network config, or an ONNX model")->required();
  app.add_option("--device", request.device, "a name from `rowflow list`, or a device file (default hailo8)");
  add_tiling_options(app, request, heights);
  app.add_option("--buffers", request.buffers, "minimal | full-rate | best | FILE with capacities (default full-rate)");
  app.add_option("--buffer-kib", request.buffer_kib, "all row buffers together take at most so many KiB")->check(CLI::PositiveNumber);
  app.add_option("--fit", request.fit, "assume | require (default assume: as if the device had enough of everything)");
  app.add_option("--costs", request.costs, "CSV of own costs: layer or stage, cycles a step[, latency]");
  app.add_option("--mapping", request.mapping, "explicit allocation: a file, or the name of one in configs/mappings");
  return network;
}

void add_calibrate_options(CLI::App& app, Request& request, std::string& format) {
  app.add_option("file", request.files, "measured throughputs: a file, or a name in configs/calibration (default hailo8)")->expected(0, 1);
  app.add_option_function<std::string>(
      "--device",
      [&request](const std::string& device) {
        request.device = device;
        request.device_given = true;
      },
      "a name from `rowflow list`, or a device file, in place of the file's");
  add_output_options(app, request, format, false);
}

void add_import_options(CLI::App& app, Request& request, std::string& input_size) {
  app.add_option("--input-size", input_size, "HxW of an ONNX model's input");
  app.add_option("--assume-free", request.import.assume_free, "an ONNX operator or node that is taken to cost nothing where no rule covers it; repeatable")
      ->type_size(1)
      ->allow_extra_args(false);
}

void add_run_options(CLI::App& app, Request& request) {
  app.add_option("--frames", request.frames, "simulate exactly so many frames (default: until the interval is proven)")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--fps", request.fps, "pace of the source for the paced latency (default: the steady interval)")
      ->check(CLI::PositiveNumber);
  app.add_option("--timing", request.timing, "decoupled | synchronous: the same results, the second much slower")
      ->check(CLI::IsMember({"decoupled", "synchronous"}));
}

void add_picture_options(CLI::App& app, Request& request) {
  app.add_option("--report", request.report, "write one self-contained HTML page to this file");
  app.add_option("--trace", request.trace, "write what happened when as trace events (ui.perfetto.dev) to this file");
  app.add_option("--trace-frames", request.trace_frames, "FIRST:LAST | all: the frames of --trace (default: the last two steady ones)");
  app.add_option("--picture", request.picture, "write an SVG of the first frame's rows on their way through the stages to this file");
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
  app.add_option("--points", request.points, "searches that --pareto takes at most (default 32)")->check(CLI::Range(2, 100000));
}

void add_regress_options(CLI::App& app, Request& request, std::string& format) {
  app.add_option("files", request.files, "regression configs, or folders of them")->required();
  app.add_option("--jobs", request.jobs, "processes at once (default: as many as there are processors)")->check(CLI::Range(1, 1024));
  app.add_option("--junit", request.junit, "also write JUnit XML to this file");
  app.add_flag("--update", request.update, "rewrite the expectations that differ in their files, and show them");
  add_output_options(app, request, format, false);
}

void add_diff_options(CLI::App& app, Request& request, std::string& format) {
  app.add_option("results", request.files, "two results of rowflow run --format json")->required()->expected(2);
  app.add_option("--tolerance", request.tolerance_percent, "percent; smaller changes of a number are none (default 0)")
      ->check(CLI::NonNegativeNumber);
  add_output_options(app, request, format, false);
}

void add_tune_options(CLI::App& app, Request& request, std::vector<std::string>& heights, std::string& format) {
  app.add_option("network", request.network, "a name from `rowflow list`, a network config, or an ONNX model")->required();
  app.add_option("--device", request.device, "a name from `rowflow list`, or a device file (default hailo8)");
  app.add_option("--goal", request.goal,
                 "memory: least at full throughput | throughput: best within --buffer-kib | fewest-tiled: fewest tiled blocks for full "
                 "throughput within --buffer-kib (default memory)");
  app.add_option("--buffer-kib", request.buffer_kib, "all row buffers together take at most so many KiB")->check(CLI::PositiveNumber);
  app.add_option("--heights", heights, "T[,T...] to choose from, beside full (default: divisors of each block's height, and 7)")
      ->type_size(1)
      ->allow_extra_args(false);
  app.add_option("--penalties", request.penalties, "JSON file: what a height costs in accuracy, by block");
  app.add_option("--max-penalty", request.max_penalty, "of all blocks together")->check(CLI::NonNegativeNumber);
  app.add_option("--costs", request.costs, "CSV of own costs: layer or stage, cycles a step[, latency]");
  app.add_option("--mapping", request.mapping, "explicit allocation: a file, or the name of one in configs/mappings");
  app.add_option("--jobs", request.jobs, "processes at once (default: as many as there are processors)")->check(CLI::Range(1, 1024));
  app.add_option("-o,--out", request.out, "write the network config with these heights to this file");
  app.add_option("--format", format, "text | json")->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--quiet", request.quiet, "no notes on standard error");
}

void add_axis_options(CLI::App& app, SweepRequest& sweep) {
  app.add_option("--tile-height", sweep.tile_heights,
                 "T,... of all SE blocks (rows or \"full\"); LAYER=T,... of one block; '*=T,...' of every block on its own; repeatable")
      ->type_size(1)
      ->allow_extra_args(false);
  app.add_option("--tile-first", sweep.tile_first, "K,...: tile only the first K SE blocks");
  app.add_option("--buffers", sweep.buffers, "minimal, full-rate, best or a buffers file, several with commas (default full-rate)");
  app.add_option("--buffer-kib", sweep.buffer_kib, "N,...: all row buffers together take at most so many KiB; \"none\" for no limit");
  app.add_option("--fps", sweep.fps, "N,...: pace of the source for the paced latency; \"steady\" for the steady interval (default)");
  app.add_option("--device-set", sweep.device_set, "/POINTER=V,...: a figure of the device, like /rates/depthwise=3000,4000; repeatable")
      ->type_size(1)
      ->allow_extra_args(false);
}

void add_summary_options(CLI::App& app, Request& request, std::string& format) {
  app.add_option("--max-buffer-kib", request.sweep.max_buffer_kib, "name the best points within so many KiB of buffers")
      ->check(CLI::PositiveNumber);
  app.add_option("--min-fps", request.sweep.min_fps, "name the best points with at least so many frames a second")
      ->check(CLI::PositiveNumber);
  app.add_option("--format", format, "of the summary: text | json; csv: all rows")->check(CLI::IsMember({"text", "json", "csv"}));
  app.add_option("-o,--out", request.out, "folder of the results: results.sqlite, results.csv");
  app.add_option("--report", request.report, "write one self-contained HTML page with the Pareto front to this file");
  app.add_flag("--quiet", request.quiet, "no progress bar, no notes on standard error");
}

void add_sweep_options(CLI::App& app, Request& request, std::string& format) {
  SweepRequest& sweep = request.sweep;
  app.add_option("network", request.files, "networks (names, configs, ONNX models), or one sweep file")->required();
  app.add_option("--device", request.device, "a name from `rowflow list`, or a device file (default hailo8)");
  add_axis_options(app, sweep);
  app.add_option("--frames", sweep.frames,
                 "N | steady: as `rowflow run` (default) | proven: only until the interval is proven, several times as fast, without the "
                 "figures that need a steady window (peaks, loaded latency, waits of blocks)");
  app.add_option("--fit", request.fit, "assume | require (default assume: as if the device had enough of everything)");
  app.add_option("--costs", request.costs, "CSV of own costs: layer or stage, cycles a step[, latency]");
  app.add_option("--mapping", request.mapping, "explicit allocation: a file, or the name of one in configs/mappings");
  app.add_option("--jobs", request.jobs, "worker processes (default: as many as there are processors)")->check(CLI::Range(1, 1024));
  app.add_option("--shard", sweep.shard, "I/N: only every Nth point, starting with the Ith; `rowflow merge` joins the folders");
  app.add_option("--keep", sweep.keep, "scalars | blocks | full: also the figures of SE blocks (default), also whole results")
      ->check(CLI::IsMember({"scalars", "blocks", "full"}));
  add_summary_options(app, request, format);
}

/// The hint for an option that is not known: the nearest one of the command.
std::string option_hint(const CLI::App& command, const std::string& argument) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return nearest_hint(argument.substr(0, argument.find('=')), names);
}

[[noreturn]] void refuse_extras(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) {
    for (const std::string& extra : command->remaining()) {
      const bool option = extra.size() > 1 && extra.front() == '-';
      throw InputError("", option
                               ? fmt::format("unknown option {} of {}{}", extra, command->get_name(), option_hint(*command, extra))
                               : fmt::format("found \"{}\" after all arguments of {}, expected nothing more", extra, command->get_name()));
    }
  }
  const auto extras = app.remaining();
  throw InputError("", fmt::format("unknown argument {}{}", extras.empty() ? "" : extras.front(),
                                   extras.empty() ? "" : nearest_hint(extras.front(), {"--help", "--version"})));
}

void refuse_unknown_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2) return;
  const std::string first = argv[1];
  if (first == "-h" || first == "--help" || first == "--version") return;
  if (!first.empty() && first.front() == '-') {
    throw InputError("", fmt::format("unknown option {}, expected a command{}", first, nearest_hint(first, {"--help", "--version"})));
  }
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(command->get_name());
  for (const std::string& name : names) {
    if (name == first) return;
  }
  throw InputError("",
                   fmt::format("unknown command \"{}\", expected one of {}{}", first, fmt::join(names, ", "), nearest_hint(first, names)));
}

/// False when the parser has printed help or version.
bool parse_with(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::ExtrasError&) {
    refuse_extras(app);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw InputError("", error.what());
    app.exit(error);
    if (!std::cout.flush()) throw InputError("standard output", "cannot be written");
    return false;
  }
}

}  // namespace

Rows tile_rows(const std::string& tile_height) { return tile_height == "full" ? 0 : std::stoll(tile_height); }

std::optional<Request> parse_command_line(int argc, const char* const* argv) {
  Request request;
  std::vector<std::string> heights;
  std::string format = "text", input_size;
  CLI::App app("rowflow: cycle-approximate simulator of row-streaming dataflow accelerators", "rowflow");
  app.set_version_flag("--version", fmt::format("rowflow {}", version()));
  app.require_subcommand(1);
  CLI::App* run = app.add_subcommand("run", "compile, simulate, print the summary; several tile heights side by side");
  CLI::App* plan = app.add_subcommand("plan", "the compiled pipeline, not simulated");
  CLI::App* size = app.add_subcommand("size", "the smallest buffers that hold a throughput; -o FILE saves them for run --buffers");
  CLI::App* explain = app.add_subcommand("explain", "critical cycle, chain of stalls, and what each single change would give");
  CLI::App* calibrate = app.add_subcommand("calibrate", "predicted against measured throughput of a device's networks");
  CLI::App* sweep = app.add_subcommand("sweep", "every point of a grid, in parallel; goes on where it was stopped");
  CLI::App* merge = app.add_subcommand("merge", "the shards of a sweep as one results folder");
  CLI::App* import = app.add_subcommand("import", "an ONNX model as a network config");
  CLI::App* export_ = app.add_subcommand("export", "an ONNX model with its SE blocks tiled, weights untouched");
  CLI::App* report = app.add_subcommand("report", "one self-contained HTML page of results");
  CLI::App* regress = app.add_subcommand("regress", "regression configs against what they expect");
  CLI::App* diff = app.add_subcommand("diff", "what changed between two results");
  CLI::App* tune = app.add_subcommand("tune", "a tile height for each SE block, under a goal and limits");
  CLI::App* validate = app.add_subcommand("validate", "check config files");
  CLI::App* list = app.add_subcommand("list", "the networks and devices that come with the program");
  add_point_options(*run, request, heights)->required(false);
  run->add_option("--point", request.point, "DIR:ID: a point of a sweep as it was, in place of NETWORK and what describes it");
  add_run_options(*run, request);
  add_output_options(*run, request, format, true);
  add_picture_options(*run, request);
  add_point_options(*plan, request, heights);
  add_calibrate_options(*calibrate, request, format);
  run->add_flag("--sensitivity", request.sensitivity, "also each assumed parameter of the device at its low and its high, one at a time");
  add_sweep_options(*sweep, request, format);
  merge->add_option("folders", request.files, "results folders of rowflow sweep --shard")->required();
  add_summary_options(*merge, request, format);
  add_point_options(*size, request, heights);
  add_size_options(*size, request);
  add_output_options(*size, request, format, false);
  add_point_options(*explain, request, heights);
  explain->add_option("--levers", request.levers, "changes of each kind to simulate, at most (default 6)")->check(CLI::Range(0, 10000));
  add_output_options(*explain, request, format, false);
  for (CLI::App* command : {run, plan, sweep, size, explain, tune, import, export_}) add_import_options(*command, request, input_size);
  for (CLI::App* command : {import, export_}) {
    command->add_option("model", request.network, "an ONNX model")->required();
    command->add_option("-o,--out", request.out, "the file to write, whole or not at all");
    command->add_flag("--quiet", request.quiet, "no notes on standard error");
  }
  add_tiling_options(*export_, request, heights);
  export_->add_flag("--emit-script", request.emit_script, "print the vendor compiler's script line of the same choice instead");
  add_output_options(*plan, request, format, false);
  report->add_option("results", request.files, "results of rowflow run --format json, or one results folder of rowflow sweep")->required();
  report->add_option("-o,--out", request.out, "write to this file, whole or not at all, instead of standard output");
  add_tune_options(*tune, request, heights, format);
  add_regress_options(*regress, request, format);
  add_diff_options(*diff, request, format);
  validate->add_option("files", request.files, "config files of any kind: networks, devices, buffers, mappings, sweeps, …")->required();
  validate->add_flag("--quiet", request.quiet, "say only what is wrong");
  add_output_options(*list, request, format, false);
  refuse_unknown_command(app, argc, argv);
  if (!parse_with(app, argc, argv)) return std::nullopt;
  request.command = app.get_subcommands().front()->get_name();
  request.format = format == "json" ? Format::json : format == "csv" ? Format::csv : Format::text;
  request.command_line = join_arguments(argc, argv);
  if (request.command == "tune") {
    take_heights(heights, request);
  } else {
    take_tile_heights(heights, request);
  }
  take_input_size(input_size, request);
  check_request(request);
  return request;
}

}  // namespace rowflow

// With manual.cpp the only unit that includes CLI11.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/cli/check_request.hpp"
#include "sim/cli/commit.hpp"
#include "sim/cli/manual.hpp"
#include "sim/cli/request.hpp"
#include "sim/point/knobs.hpp"
#include "sim/report/depths.hpp"
#include "sim/report/reporter.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

void add_format(CLI::App& app, Request& request, const std::vector<std::string>& names, const char* what = "") {
  app.add_option("--format", request.format, fmt::format("{}{}", fmt::join(names, " | "), what))
      ->check(CLI::IsMember(names));
}

void add_output_options(CLI::App& app, Request& request, const std::vector<std::string>& names) {
  add_format(app, request, names);
  app.add_option("-o,--out", request.out, "write to this file, whole or not at all, instead of standard output");
  app.add_flag("--quiet", request.quiet, "no notes on standard error");
}

void add_verbose(CLI::App& app, Request& request) {
  app.add_flag("-v,--verbose", request.verbose, "all of it: proofs, each assumed figure, second views");
}

/// What was typed of knobs, by flag.
using Typed = std::map<std::string, std::vector<std::string>>;

/// The knobs of a command. A flag shared by two of them, or of values by name, may be repeated.
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

/// … and the network before them.
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
      throw InputError("", option ? fmt::format("unknown option {} of {}{}", extra, command->get_name(),
                                                option_hint(*command, extra))
                                  : fmt::format("found \"{}\" after all arguments of {}, expected nothing more", extra,
                                                command->get_name()));
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
    throw InputError("", fmt::format("unknown option {}, expected a command{}", first,
                                     nearest_hint(first, {"--help", "--version"})));
  }
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  for (const std::string& name : names) {
    if (name == first) return;
  }
  throw InputError("", fmt::format("unknown command \"{}\", expected one of {}{}", first, fmt::join(names, ", "),
                                   nearest_hint(first, names)));
}

void answer(const std::string& text) {
  if (!(std::cout << text << std::flush)) throw InputError("standard output", "cannot be written");
}

/// Help of the command that was being given, or of the program.
std::string help_of(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? help_text(manual_of(app)) : help_text(manual_command(*commands.front()));
}

/// `rowflow help`
std::string manual_text(const CLI::App& app, const std::string& command, const std::string& format) {
  const Manual manual = manual_of(app);
  if (format == "man") return man_page(manual, version());
  if (format == "bash") return bash_completion(manual);
  if (command.empty()) return help_text(manual);
  std::vector<std::string> names;
  for (const ManualCommand& one : manual.commands) {
    if (one.name == command) return help_text(one);
    names.push_back(one.name);
  }
  throw InputError("help", fmt::format("unknown command \"{}\"{}", command, nearest_hint(command, names)));
}

/// False when the parser has printed help or version.
bool parse_with(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::CallForHelp&) {
    answer(help_of(app));
  } catch (const CLI::CallForVersion&) {
    answer(fmt::format("rowflow {}{}\n", version(), *commit() == '\0' ? "" : fmt::format(" (commit {})", commit())));
  } catch (const CLI::ExtrasError&) {
    refuse_extras(app);
  } catch (const CLI::ParseError& error) {
    throw InputError("", error.what());
  }
  return false;
}

}  // namespace

std::optional<Request> parse_command_line(int argc, const char* const* argv) {
  Request request;
  std::vector<std::string> heights;
  Typed typed;
  CLI::App app("rowflow: cycle-approximate simulator of row-streaming dataflow accelerators", "rowflow");
  app.set_version_flag("--version", "");
  app.set_help_flag("-h,--help", "this text");  // of commands too, which take it over
  app.require_subcommand(1);
  CLI::App* run = app.add_subcommand("run", "compile, simulate, print the summary; several tile heights side by side");
  CLI::App* plan = app.add_subcommand("plan", "the compiled pipeline, not simulated");
  CLI::App* size =
      app.add_subcommand("size", "the smallest buffers that hold a throughput; -o FILE saves them for run --buffers");
  CLI::App* explain =
      app.add_subcommand("explain", "critical cycle, chain of stalls, and what each single change would give");
  CLI::App* calibrate = app.add_subcommand("calibrate", "predicted against measured throughput of a device's networks");
  CLI::App* sweep = app.add_subcommand("sweep", "every point of a grid, in parallel; goes on where it was stopped");
  CLI::App* merge = app.add_subcommand("merge", "the shards of a sweep as one results folder");
  CLI::App* import = app.add_subcommand("import", "an ONNX or TFLite model as a network config");
  CLI::App* export_ =
      app.add_subcommand("export", "an ONNX or TFLite model with its SE blocks tiled, weights untouched, as ONNX");
  CLI::App* report = app.add_subcommand("report", "one self-contained HTML page of results");
  CLI::App* regress = app.add_subcommand("regress", "regression configs against what they expect");
  CLI::App* diff = app.add_subcommand("diff", "what changed between two results");
  CLI::App* tune = app.add_subcommand("tune", "a tile height for each SE block, under a goal and limits");
  CLI::App* penalties = app.add_subcommand("penalties", "what each tile height of each SE block costs in accuracy");
  CLI::App* validate = app.add_subcommand("validate", "check config files");
  CLI::App* list = app.add_subcommand("list", "the networks and devices that come with the program");
  add_point(*run, Command::run, typed);
  CLI::App* new_ = app.add_subcommand("new", "a config to start from: device, network, regression or sweep");
  new_->add_option("kind", request.kind, "device | network | regression | sweep")
      ->required()
      ->check(CLI::IsMember({"device", "network", "regression", "sweep"}));
  new_->add_option("-o,--out", request.out, "the file to write, which must not be there (default: standard output)");
  run->add_option("--point", request.recalled,
                  "DIR:ID: a point of a sweep as it was, in place of NETWORK and what describes it");
  add_output_options(*run, request, formats_of(Report::run));
  for (CLI::App* command : {run, plan, size, explain, tune}) add_verbose(*command, request);
  add_max_penalty(*run, request);
  add_picture_options(*run, request);
  add_point(*plan, Command::plan, typed);
  add_calibrate_options(*calibrate, request, typed);
  run->add_flag("--sensitivity", request.sensitivity,
                "also each assumed parameter of the device at its low and its high, one at a time");
  add_sweep_options(*sweep, request, typed);
  merge->add_option("folders", request.files, "results folders of rowflow sweep --shard")->required();
  add_summary_options(*merge, request);
  add_point(*size, Command::size, typed);
  add_size_options(*size, request);
  add_output_options(*size, request, formats_of(Report::size));
  add_point(*explain, Command::explain, typed);
  explain
      ->add_option("--levers", request.levers,
                   "changes of each kind to evaluate, at most (default: all; of cluster moves, subclusters and single "
                   "buffers the 24 with most at stake)")
      ->check(CLI::Range(0, 10000));
  explain->add_option("--jobs", request.jobs, "processes at once (default: as many as there are processors)")
      ->check(CLI::Range(1, 1024));
  add_output_options(*explain, request, formats_of(Report::explain));
  for (CLI::App* command : {import, export_}) {
    command->add_option("model", request.model, "an ONNX or TFLite model")->required();
    command->add_option("-o,--out", request.out, "the file to write, whole or not at all");
    command->add_flag("--quiet", request.quiet, "no notes on standard error");
  }
  add_knobs(*import, Command::import, typed);
  add_knobs(*export_, Command::export_, typed);
  export_->add_option("--heights", request.heights_file,
                      "the tile height of each block: a network config (`rowflow tune -o FILE` writes one), or "
                      "{\"tile_heights\": {\"<SE layer>\": T, ...}}");
  export_->add_option("--gates", request.gates,
                      "of --se-mode static: the factors, a file that `rowflow penalties --se-mode static` wrote");
  export_->add_flag("--emit-script", request.emit_script,
                    "print the vendor compiler's script line of the same choice instead");
  add_output_options(*plan, request, formats_of(Report::plan));
  plan->add_option(
          "--depths", request.depths,
          "systemverilog | finn | csv: the buffers' depths alone, as parameters, as FINN's folding JSON, as lines")
      ->check(CLI::IsMember(depth_formats()));
  report
      ->add_option("results", request.files,
                   "results of rowflow run --format json, or one results folder of rowflow sweep")
      ->required();
  report->add_option("-o,--out", request.out, "write to this file, whole or not at all, instead of standard output");
  add_tune_options(*tune, request, typed, heights);
  add_penalties_options(*penalties, request, typed, heights);
  add_regress_options(*regress, request, typed);
  add_diff_options(*diff, request);
  validate
      ->add_option("files", request.files, "config files of any kind: networks, devices, buffers, mappings, sweeps, …")
      ->required();
  validate->add_flag("--quiet", request.quiet, "say only what is wrong");
  add_output_options(*list, request, {"text", "json"});
  CLI::App* help = app.add_subcommand("help", "what a command does, its options and examples");
  std::string explained, help_format;
  help->add_option("command", explained, "one of the commands");
  help->add_option("--format", help_format, "text | man: the whole manual page | bash: completion for bash")
      ->check(CLI::IsMember({"text", "man", "bash"}));
  refuse_unknown_command(app, argc, argv);
  if (!parse_with(app, argc, argv)) return std::nullopt;
  request.command = app.get_subcommands().front()->get_name();
  if (request.command == "help") {
    answer(manual_text(app, explained, help_format));
    return std::nullopt;
  }
  request.command_line = join_arguments(argc, argv);
  take_heights(heights, request);
  for (const auto& [flag, arguments] : typed)
    if (!arguments.empty()) take_knob(command_named(request.command), flag, arguments, request);
  sort_grid(request.axes);
  check_request(request);
  return request;
}

}  // namespace rowflow

// With options.cpp and manual.cpp the only unit that includes CLI11.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/cli/check_request.hpp"
#include "sim/cli/commit.hpp"
#include "sim/cli/manual.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/request.hpp"
#include "sim/point/knobs.hpp"
#include "sim/report/depths.hpp"
#include "sim/report/reporter.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

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

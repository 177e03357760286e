#include "sim/cli/check_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/visible_text.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/point/knob_values.hpp"
#include "sim/point/value_list.hpp"

namespace rowflow {

namespace {

/// The row of a flag: a flag may be shared by a single value and by values by name.
const KnobRow* row_of_flag(Command command, const std::string& flag, bool by_name) {
  const KnobRow* found = nullptr;
  for (const KnobRow& row : knobs()) {
    if (row.flag == nullptr || row.flag != flag || !has_knob(command, row)) continue;
    if (found == nullptr || by_name == (row.shape == KnobShape::by_name)) found = &row;
  }
  return found;
}

void take_list(const KnobRow& row, const std::string& name, const std::string& list, const std::string& where,
               Request& request) {
  Axis axis{row.knob, name, list_values(row, list, where)};
  for (const Axis& other : request.axes)
    if (other.knob == row.knob && other.key == name)
      throw InputError(row.flag, "stands twice for the same thing, expected one list");
  request.axes.push_back(std::move(axis));
}

/// Several heights, or devices, are several points.
void take_all(const KnobRow& row, const std::string& argument, std::vector<std::string>& taken) {
  const std::string where = std::string(row.flag) + " " + argument;
  for (const std::string& value : list_values(row, argument, where)) {
    if (std::find(taken.begin(), taken.end(), value) != taken.end())
      throw InputError(where, fmt::format("{} stands twice", value));
    taken.push_back(value);
  }
}

/// A single device is no axis: it is laid over whatever a sweep file says.
void take_devices(Command command, const KnobRow& row, const std::string& argument, Request& request) {
  std::vector<std::string> devices;
  take_all(row, argument, devices);
  if (devices.size() == 1)
    request.point.set(row.knob, devices.front());
  else if (command == Command::sweep)
    request.axes.push_back({row.knob, "", devices});
  else
    request.devices = devices;
}

void take_argument(Command command, const KnobRow& row, const std::string& argument, Request& request) {
  if (row.shape == KnobShape::names) return request.point.set(row.knob, checked_value(row, argument, row.flag), "");
  std::string name, value = argument;
  if (row.shape == KnobShape::by_name) {
    const std::size_t equals = argument.rfind('=');
    if (equals == std::string::npos || equals == 0)
      throw InputError(row.flag, fmt::format("found \"{}\", expected NAME=VALUE", argument));
    name = argument.substr(0, equals);
    value = argument.substr(equals + 1);
  }
  if (row.knob == Knob::device && takes_list(command, row)) return take_devices(command, row, value, request);
  if (command == Command::sweep && takes_list(command, row)) return take_list(row, name, value, row.flag, request);
  if (takes_list(command, row)) return take_all(row, value, request.tile_heights);
  const std::string where = row.shape == KnobShape::by_name ? std::string(row.flag) + " " + argument : row.flag;
  request.point.set(row.knob, name, checked_value(row, value, where));
}

void check_tune(const Request& request) {
  const std::vector<std::string> goals = {"memory", "throughput", "fewest-tiled", "batch"};
  const bool limited = request.goal == "throughput" || request.goal == "fewest-tiled";
  if (!request.goal.empty() && std::find(goals.begin(), goals.end(), request.goal) == goals.end()) {
    throw InputError("--goal", fmt::format("found \"{}\", expected one of {}{}", request.goal, fmt::join(goals, ", "),
                                           nearest_hint(request.goal, goals)));
  }
  if (limited && request.point.value(Knob::buffer_kib) == "none")
    throw InputError("--goal " + request.goal, "expected --buffer-kib N beside it");
  if (!limited && request.goal != "batch" && request.point.value(Knob::buffer_kib) != "none")
    throw InputError("--buffer-kib", "the goal memory has no limit; expected another --goal");
  if (request.verify && request.penalties.empty()) throw InputError("--verify", "expected --penalties FILE beside it");
  if (!request.verify && !request.data.empty()) throw InputError("--data", "expected --verify beside it");
}

/// --point says what is simulated and how; only how it is shown, and in which timing, is left to say.
void check_point(const Request& request) {
  if (request.recalled.empty()) {
    if (!request.point.given(Knob::network)) throw InputError("", "network is required, or --point DIR:ID");
    return;
  }
  DesignPoint more = request.point;
  more.forget(Knob::timing);
  if (!request.tile_heights.empty()) more.set(Knob::tile_height, request.tile_heights.front());
  if (!request.devices.empty()) more.set(Knob::device, request.devices.front());
  if (more.nothing_given()) return;
  throw InputError("--point " + request.recalled,
                   fmt::format("found {} beside it, expected neither NETWORK nor options that describe a point: "
                               "it is run as it was",
                               given_flags(more)));
}

/// Cases say themselves what is simulated.
void check_init(const Request& request) {
  if (request.command != "regress") return;
  if (!request.init && !request.point.nothing_given())
    throw InputError(given_flags(request.point), "expected --init beside it: cases say themselves what is simulated");
  if (!request.init && request.tolerance_percent > 0) throw InputError("--tolerance", "expected --init beside it");
  if (request.init && request.files.size() > 1)
    throw InputError("--init", fmt::format("found {} networks, expected one", request.files.size()));
  if (request.init && (request.update || !request.junit.empty()))
    throw InputError("--init", "found --update or --junit beside it: a new case has nothing to compare with");
}

/// Several devices are a table of their own.
void check_devices(const Request& request) {
  if (request.devices.empty()) return;
  const std::pair<const char*, bool> given[] = {{"--report", !request.report.empty()},
                                                {"--trace", !request.trace.empty()},
                                                {"--vcd", !request.vcd.empty()},
                                                {"--picture", !request.picture.empty()},
                                                {"--sensitivity", request.sensitivity}};
  for (const auto& [flag, is_given] : given)
    if (is_given) throw InputError(flag, "found several devices beside it, expected one --device");
}

/// A tile_first needs a height.
void check_heights(const Request& request) {
  DesignPoint point = request.point;
  if (!request.tile_heights.empty()) point.set(Knob::tile_height, request.tile_heights.front());
  if (point.given(Knob::tile_first) && !point.given(Knob::tile_height))
    throw InputError("--tile-first", "expected --tile-height T beside it: the height of the first blocks");
}

/// Of two outputs in one file the second would replace the first.
void check_outputs(const Request& request) {
  std::vector<std::pair<const char*, const std::string*>> outputs{{"--report", &request.report},
                                                                  {"--trace", &request.trace},
                                                                  {"--vcd", &request.vcd},
                                                                  {"--picture", &request.picture},
                                                                  {"--junit", &request.junit}};
  const bool is_folder = request.command == "sweep" || request.command == "merge";
  if (!is_folder) outputs.insert(outputs.begin(), {"--out", &request.out});
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (outputs[i].second->empty() || outputs[j].second->empty() ||
          !is_same_file(*outputs[i].second, *outputs[j].second))
        continue;
      throw InputError(outputs[i].first,
                       fmt::format("found the file of {}, expected another: {}", outputs[j].first, *outputs[i].second));
    }
  }
}

}  // namespace

void take_knob(Command command, const std::string& flag, const std::vector<std::string>& arguments, Request& request) {
  for (const std::string& argument : arguments)
    take_argument(command, *row_of_flag(command, flag, argument.find('=') != std::string::npos), argument, request);
}

Command command_named(const std::string& name) {
  static const std::map<std::string, Command> commands{{"run", Command::run},
                                                       {"plan", Command::plan},
                                                       {"size", Command::size},
                                                       {"explain", Command::explain},
                                                       {"tune", Command::tune},
                                                       {"sweep", Command::sweep},
                                                       {"import", Command::import},
                                                       {"export", Command::export_},
                                                       {"calibrate", Command::calibrate},
                                                       {"penalties", Command::penalties},
                                                       {"regress", Command::regress}};
  const auto found = commands.find(name);
  return found == commands.end() ? Command::regress : found->second;  // without knobs of its own on the command line
}

void take_heights(const std::vector<std::string>& arguments, Request& request) {
  for (const std::string& argument : arguments) {
    for (const std::string& value : list_values(row_of(Knob::tile_height), argument, "--heights " + argument))
      if (value != "full") request.heights.push_back(std::stol(value));
  }
  if (!arguments.empty() && request.heights.empty())
    throw InputError("--heights", "found only full, expected a number of rows to choose");
}

void check_request(const Request& request) {
  check_outputs(request);
  if (request.command == "tune") check_tune(request);
  if (request.command == "run") check_point(request);
  if (request.point.given(Knob::combine) && !request.point.given(Knob::penalties))
    throw InputError("--combine", "expected --penalties FILE beside it");
  if (request.max_penalty && request.penalties.empty() && !request.point.given(Knob::penalties))
    throw InputError("--max-penalty", "expected --penalties FILE beside it");
  if (request.command == "run" && request.levers >= 0 && (request.report.empty() || !request.recalled.empty()))
    throw InputError("--levers", "expected --report FILE and no --point beside it");
  check_devices(request);
  check_init(request);
  if (request.sensitivity && (request.format != "text" || !request.recalled.empty()))
    throw InputError("--sensitivity", "expected --format text and no --point beside it");
  check_heights(request);
  if (!std::isfinite(request.threshold)) throw InputError("--threshold", "expected a finite number");
  if (!request.labels.empty() && (request.metric == "distance" || request.metric == "iou"))
    throw InputError("--labels", "expected --metric top1, or a program, beside it");
  if (!std::isfinite(request.min_fps)) throw InputError("--min-fps", "expected a finite number");
  if (!std::isfinite(request.tolerance_percent)) throw InputError("--tolerance", "expected a finite number");
  if (!std::isfinite(request.max_penalty.value_or(0))) throw InputError("--max-penalty", "expected a finite number");
}

std::string join_arguments(int argc, const char* const* argv) {
  std::string line = "rowflow";
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool plain = !argument.empty() && argument.find_first_of(" \t\n'\"\\$`*?[](){}<>|&;#~!") == std::string::npos;
    line += plain ? " " + argument : " '" + argument + "'";
  }
  return visible_text(line);
}

}  // namespace rowflow

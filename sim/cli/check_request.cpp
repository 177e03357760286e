#include "sim/cli/check_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/visible_text.hpp"
#include "sim/base/whole_file.hpp"

namespace rowflow {

namespace {

void check_tile_height(const std::string& option, const std::string& text, const std::string& all) {
  const bool digits = !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
  if (text != "full" && (!digits || std::stol(text) < 1)) {
    throw InputError(option + " " + all, fmt::format("found \"{}\", expected a number of rows of at least 1, or \"full\"", text));
  }
}

void check_tune(const Request& request) {
  const std::vector<std::string> goals = {"memory", "throughput", "fewest-tiled"};
  if (std::find(goals.begin(), goals.end(), request.goal) == goals.end()) {
    throw InputError("--goal", fmt::format("found \"{}\", expected one of {}{}", request.goal, fmt::join(goals, ", "),
                                           nearest_hint(request.goal, goals)));
  }
  if (request.goal != "memory" && !request.buffer_kib) throw InputError("--goal " + request.goal, "expected --buffer-kib N beside it");
  if (request.goal == "memory" && request.buffer_kib)
    throw InputError("--buffer-kib", "the goal memory has no limit; expected another --goal");
  if (request.max_penalty && request.penalties.empty()) throw InputError("--max-penalty", "expected --penalties FILE beside it");
}

/// --point says what is simulated and how; only how it is shown is left to say.
void check_point(const Request& request) {
  if (request.point.empty()) {
    if (request.network.empty()) throw InputError("", "network is required, or --point DIR:ID");
    return;
  }
  const bool more = !request.network.empty() || !request.tile_heights.empty() || !request.block_heights.empty() || request.tile_first ||
                    request.device != "hailo8" || request.buffers != "full-rate" || request.buffer_kib || request.frames > 0 ||
                    request.fps > 0 || !request.costs.empty() || !request.mapping.empty() || request.fit != "assume";
  if (more) throw InputError("--point " + request.point, "found NETWORK or options that describe a point beside it, expected neither");
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
      if (outputs[i].second->empty() || outputs[j].second->empty() || !is_same_file(*outputs[i].second, *outputs[j].second)) continue;
      throw InputError(outputs[i].first, fmt::format("found the file of {}, expected another: {}", outputs[j].first, *outputs[i].second));
    }
  }
}

}  // namespace

void take_input_size(const std::string& text, Request& request) {
  if (text.empty()) return;
  const std::size_t cross = text.find('x');
  const auto extent = [](const std::string& digits) {
    const bool is_number = !digits.empty() && digits.size() <= 6 && digits.find_first_not_of("0123456789") == std::string::npos;
    return is_number ? std::stoll(digits) : 0;
  };
  const std::int64_t height = cross == std::string::npos ? 0 : extent(text.substr(0, cross));
  const std::int64_t width = cross == std::string::npos ? 0 : extent(text.substr(cross + 1));
  if (height < 1 || width < 1) throw InputError("--input-size", fmt::format("found \"{}\", expected HxW, like 224x224", text));
  request.import.input_size = Size2{height, width};
}

void take_heights(const std::vector<std::string>& arguments, Request& request) {
  for (const std::string& argument : arguments) {
    for (std::size_t begin = 0; begin <= argument.size();) {
      const std::size_t end = std::min(argument.find(',', begin), argument.size());
      const std::string value = argument.substr(begin, end - begin);
      check_tile_height("--heights", value, argument);
      if (value != "full") request.heights.push_back(std::stol(value));
      begin = end + 1;
    }
  }
  if (!arguments.empty() && request.heights.empty()) throw InputError("--heights", "found only full, expected a number of rows to choose");
}

void take_tile_heights(const std::vector<std::string>& arguments, Request& request) {
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.rfind('=');
    if (equals != std::string::npos) {
      const std::string value = argument.substr(equals + 1);
      check_tile_height("--tile-height", value, argument);
      request.block_heights.emplace_back(argument.substr(0, equals), value);
      continue;
    }
    for (std::size_t begin = 0; begin <= argument.size();) {
      const std::size_t end = std::min(argument.find(',', begin), argument.size());
      std::string value = argument.substr(begin, end - begin);
      check_tile_height("--tile-height", value, argument);
      if (value != "full") value = std::to_string(std::stol(value));  // "07" is 7
      for (const std::string& other : request.tile_heights) {
        if (other == value) throw InputError("--tile-height " + argument, fmt::format("{} stands twice", value));
      }
      request.tile_heights.push_back(value);
      begin = end + 1;
    }
  }
}

void check_request(const Request& request) {
  check_outputs(request);
  if (request.command == "tune") check_tune(request);
  if (request.command == "run") check_point(request);
  if (request.sensitivity && (request.format != Format::text || !request.point.empty()))
    throw InputError("--sensitivity", "expected --format text and no --point beside it");
  if (request.tile_first && request.tile_heights.empty())
    throw InputError("--tile-first", "expected --tile-height T beside it: the height of the first blocks");
  if (request.fit == "contexts") {
    throw InputError("--fit contexts", "cutting a network into contexts is not available yet; expected assume or require");
  }
  if (request.fit != "assume" && request.fit != "require") {
    throw InputError(
        "--fit", fmt::format("found \"{}\", expected assume or require{}", request.fit, nearest_hint(request.fit, {"assume", "require"})));
  }
  if (request.buffer_kib && *request.buffer_kib > std::numeric_limits<std::int64_t>::max() / 1024) {
    throw InputError("--buffer-kib",
                     fmt::format("found {}, expected at most {}", *request.buffer_kib, std::numeric_limits<std::int64_t>::max() / 1024));
  }
  if (!std::isfinite(request.min_fps)) throw InputError("--min-fps", "expected a finite number");
  if (!std::isfinite(request.fps)) throw InputError("--fps", "expected a finite number");
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

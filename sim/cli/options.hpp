// The options of commands that have more than a few, as CLI11 has them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/cli/request.hpp"
#include "sim/point/knobs.hpp"

namespace CLI {
class App;
}

namespace rowflow {

/// What was typed of knobs, by flag.
using Typed = std::map<std::string, std::vector<std::string>>;

void add_output_options(CLI::App& app, Request& request, const std::vector<std::string>& names);
void add_verbose(CLI::App& app, Request& request);
/// The knobs of a command. A flag shared by two of them, or of values by name, may be repeated.
void add_knobs(CLI::App& app, Command command, Typed& typed);
/// … and the network before them.
void add_point(CLI::App& app, Command command, Typed& typed);
void add_calibrate_options(CLI::App& app, Request& request, Typed& typed);
void add_picture_options(CLI::App& app, Request& request);
void add_size_options(CLI::App& app, Request& request);
void add_regress_options(CLI::App& app, Request& request, Typed& typed);
void add_diff_options(CLI::App& app, Request& request);
void add_max_penalty(CLI::App& app, Request& request);
void add_penalty_options(CLI::App& app, Request& request);
void add_tune_options(CLI::App& app, Request& request, Typed& typed, std::vector<std::string>& heights);
void add_penalties_options(CLI::App& app, Request& request, Typed& typed, std::vector<std::string>& heights);
void add_summary_options(CLI::App& app, Request& request);
void add_sweep_options(CLI::App& app, Request& request, Typed& typed);

}  // namespace rowflow

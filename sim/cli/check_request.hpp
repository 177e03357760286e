// From the words of a command line to a Request, and whether it makes sense. Every function throws InputError.
#pragma once

#include <string>
#include <vector>

#include "sim/cli/request.hpp"

namespace rowflow {

/// "T,T,…" of tune; full is always among them.
void take_heights(const std::vector<std::string>& arguments, Request& request);

/// By the name on the command line.
Command command_named(const std::string& name);

/// The arguments of a flag that was there, of the knobs that it is the flag of.
void take_knob(Command command, const std::string& flag, const std::vector<std::string>& arguments, Request& request);

/// What the options say together.
void check_request(const Request& request);

/// As it could be typed again: arguments with anything special in quotes.
std::string join_arguments(int argc, const char* const* argv);

}  // namespace rowflow

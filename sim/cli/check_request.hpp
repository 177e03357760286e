// From the words of a command line to a Request, and whether it makes sense. Every function throws InputError.
#pragma once

#include <string>
#include <vector>

#include "sim/cli/request.hpp"

namespace rowflow {

/// "HxW" of an ONNX model's input; nothing for an empty text.
void take_input_size(const std::string& text, Request& request);

/// "T,T,…" of tune; full is always among them.
void take_heights(const std::vector<std::string>& arguments, Request& request);

/// "7,full" and "layer=7" alike.
void take_tile_heights(const std::vector<std::string>& arguments, Request& request);

/// What the options say together.
void check_request(const Request& request);

/// As it could be typed again: arguments with anything special in quotes.
std::string join_arguments(int argc, const char* const* argv);

}  // namespace rowflow

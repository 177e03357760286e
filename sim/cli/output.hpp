// Where a command's document goes: standard output, or a file that is whole or not there.
#pragma once

#include <string>

#include "sim/cli/request.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// Colours when standard output is a terminal, is where the text goes, and NO_COLOR is unset or empty (no-color.org).
TextStyle text_style(const Request& request);

/// Writes `text` to --out (under a temporary name beside it, then renamed) or to standard output.
/// Throws InputError when it cannot be written.
void write_output(const Request& request, const std::string& text);

/// "rowflow: …" on standard error.
void message(const std::string& text);

}  // namespace rowflow

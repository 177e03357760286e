// Where a command's document goes: standard output, or a file that is whole or not there.
#pragma once

#include <string>

#include "sim/cli/request.hpp"
#include "sim/report/reporter.hpp"

namespace rowflow {

/// Columns of text: those of COLUMNS, else of the terminal; of a file, and of what is no terminal, the usual.
std::size_t output_width(const Request& request);

/// Colours when standard output is a terminal, is where the text goes, and NO_COLOR is unset or empty (no-color.org).
TextStyle text_style(const Request& request);

/// Of the format asked for; `next`: what its text proposes.
std::unique_ptr<Reporter> reporter_of(const Request& request, const NextStep& next = {});

/// Writes a document of --format to --out or to standard output, control characters from names and the like written
/// out. Throws InputError when it cannot be written.
void write_output(const Request& request, const std::string& document);

/// The same for a JSON document of a command that has no --format.
void write_json(const Request& request, const std::string& json);

/// The same for what is no text: a model, an HTML page.
void write_bytes(const Request& request, const std::string& bytes);

/// "rowflow: …" on standard error. That it cannot be written is no reason to stop.
void message(const std::string& text);

/// A passing line of progress on standard error, as it is.
void status_line(const std::string& text);

}  // namespace rowflow

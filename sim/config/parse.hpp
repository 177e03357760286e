// JSON text to a JSON value, strictly.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rowflow {

/// The whole text of a file. Throws InputError when it cannot be read.
std::string read_text(const std::string& path);

/// Parses `text`. Throws InputError with `file`, and line and column of what is no JSON, or the JSON pointer of a key
/// that stands twice or of values nested deeper than anything the program reads.
nlohmann::json parse_json(const std::string& text, const std::string& file);

/// The same, with the members of objects in the order of the text.
nlohmann::ordered_json parse_ordered_json(const std::string& text, const std::string& file);

/// read_text, then parse_json.
nlohmann::json parse_json_file(const std::string& path);

}  // namespace rowflow

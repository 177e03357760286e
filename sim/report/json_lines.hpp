// JSON text that people can read and line tools can compare.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rowflow {

/// The object with one key a line, and one element a line of its arrays of objects; all else compact. No final newline.
std::string json_lines(const nlohmann::ordered_json& object);

}  // namespace rowflow

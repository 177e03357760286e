// JSON to text, whatever bytes are in its strings.
#pragma once

#include <string>

namespace rowflow {

/// As Json::dump, with U+FFFD for bytes that are no UTF-8 (of file names, of models) instead of an exception.
template <class Json>
std::string json_text(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rowflow

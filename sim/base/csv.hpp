// Comma-separated text.
#pragma once

#include <string>

namespace rowflow {

/// A cell, quoted where a comma, a quote or a newline asks for it (RFC 4180).
inline std::string csv_quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace rowflow

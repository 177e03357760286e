#include "sim/report/json_lines.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"

namespace rowflow {

std::string json_lines(const nlohmann::ordered_json& object) {
  std::string text = "{";
  const char* separator = "\n";
  for (const auto& [key, value] : object.items()) {
    text += separator + ("  " + json_text(nlohmann::ordered_json(key))) + ": ";
    separator = ",\n";
    if (!value.is_array() || value.empty() || !value.front().is_object()) {
      text += json_text(value);
      continue;
    }
    const char* between = "[\n    ";
    for (const auto& element : value) {
      text += between + json_text(element);
      between = ",\n    ";
    }
    text += "\n  ]";
  }
  return text + "\n}";
}

}  // namespace rowflow

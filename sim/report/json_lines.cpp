#include "sim/report/json_lines.hpp"

#include <nlohmann/json.hpp>

namespace rowflow {

std::string json_lines(const nlohmann::ordered_json& object) {
  std::string text = "{";
  const char* separator = "\n";
  for (const auto& [key, value] : object.items()) {
    text += separator + ("  " + nlohmann::ordered_json(key).dump()) + ": ";
    separator = ",\n";
    if (!value.is_array() || value.empty() || !value.front().is_object()) {
      text += value.dump();
      continue;
    }
    const char* between = "[\n    ";
    for (const auto& element : value) {
      text += between + element.dump();
      between = ",\n    ";
    }
    text += "\n  ]";
  }
  return text + "\n}";
}

}  // namespace rowflow

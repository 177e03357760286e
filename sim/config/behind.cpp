#include "sim/config/behind.hpp"

#include <nlohmann/json.hpp>

#include "sim/config/expectation.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

bool begins(const std::string& pointer, const char* with) { return pointer.rfind(with, 0) == 0; }

std::string text_at(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
}

/// 0 where there is no such number.
double number_at(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_number() ? json[key].get<double>() : 0;
}

const Json& member(const Json& json, const char* key) {
  static const Json none;
  return json.is_object() && json.contains(key) ? json[key] : none;
}

/// "/stages/3/busy": the name of the item that the first two steps of the pointer lead to.
std::string name_of_item(const Json& result, const std::string& pointer) {
  const std::size_t list = pointer.find('/', 1);
  if (list == std::string::npos) return "";
  std::string why;
  const Json* item = find_field(result, pointer.substr(0, pointer.find('/', list + 1)), why);
  if (item == nullptr) return "";
  const std::string name = text_at(*item, "name");
  return name.empty() ? text_at(*item, "layer") : name;
}

std::string pace_setter(const Json& result) {
  const std::string stage = text_at(member(member(result, "stalls"), "bottleneck"), "stage");
  const Json& critical = member(member(result, "bottleneck"), "stages");
  return stage.empty() && critical.is_array() && !critical.empty() && critical[0].is_string()
             ? critical[0].get<std::string>()
             : stage;
}

/// The name of the item with the largest figure; empty when none is above 0.
template <class Figure>
std::string largest(const Json& items, Figure figure) {
  double most = 0;
  std::string name;
  for (const Json& item : items) {
    const double found = figure(item);
    if (found <= most) continue;
    most = found;
    name = text_at(item, "name");
  }
  return name;
}

}  // namespace

std::string behind(const Json& result, const std::string& pointer) {
  for (const char* list : {"/stages/", "/buffers/", "/se_blocks/"})
    if (begins(pointer, list)) return name_of_item(result, pointer);
  for (const char* pace : {"/throughput/", "/latency/", "/bounds/", "/elapsed_cycles", "/frame_", "/contexts/"})
    if (begins(pointer, pace)) return pace_setter(result);
  if (begins(pointer, "/buffering/"))
    return largest(member(result, "buffers"), [](const Json& buffer) {
      return number_at(buffer, "capacity_rows") * number_at(buffer, "row_bytes");
    });
  if (begins(pointer, "/energy/"))
    return largest(member(result, "stages"), [](const Json& stage) { return number_at(stage, "energy_mj"); });
  return "";
}

}  // namespace rowflow

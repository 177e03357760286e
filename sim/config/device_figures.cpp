#include "sim/config/device_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::json;
using Pointer = Json::json_pointer;

bool is_figure(const Json& value) {
  return value.is_boolean() || value.is_number() || (value.is_object() && value.contains("value"));
}

void add_figures(const Json& group, const std::string& prefix, std::vector<std::string>& found) {
  for (const auto& [key, value] : group.items()) {
    std::string name = prefix;
    name.append("/").append(key);
    if (is_figure(value))
      found.push_back(name);
    else if (value.is_object())
      add_figures(value, name, found);
  }
}

std::vector<std::string> figures(const Json& document) {
  std::vector<std::string> found;
  add_figures(document, "", found);
  return found;
}

/// The group's "default" that stands for a kind without an entry.
const Json* default_of(const Json& document, const Pointer& pointer) {
  const Pointer group = pointer.parent_pointer() / "default";
  return !pointer.empty() && document.contains(group) && is_figure(document.at(group)) ? &document.at(group) : nullptr;
}

/// "/rates/conv/value" is "/rates/conv".
std::string without_value(const std::string& pointer) {
  const std::string ending = "/value";
  const bool ends =
      pointer.size() > ending.size() && pointer.compare(pointer.size() - ending.size(), ending.size(), ending) == 0;
  return ends ? pointer.substr(0, pointer.size() - ending.size()) : pointer;
}

}  // namespace

std::vector<std::string> number_figures(const Json& document) {
  std::vector<std::string> found = figures(document);
  const auto no_number = [&](const std::string& pointer) {
    const Json& figure = document.at(Pointer(pointer));
    return !(figure.is_object() ? figure.at("value") : figure).is_number_integer();
  };
  found.erase(std::remove_if(found.begin(), found.end(), no_number), found.end());
  return found;
}

void check_figure(const Json& document, const std::string& given, const std::string& where) {
  const std::string name = without_value(given);
  if (name.empty() || name.front() != '/')
    throw InputError(
        where, fmt::format("found \"{}\", expected a JSON pointer of the device file, like /rates/depthwise{}", given,
                           nearest_hint("/" + name, figures(document))));
  const Pointer pointer(name);
  if (document.contains(pointer) ? is_figure(document.at(pointer)) : default_of(document, pointer) != nullptr) return;
  throw InputError(where,
                   fmt::format("the device has no figure \"{}\"{}", given, nearest_hint(name, figures(document))));
}

void set_figure(Json& document, const std::string& given, const std::string& value) {
  const std::string name = without_value(given);
  const Pointer pointer(name);
  const Json number = Json::parse(value);
  if (!document.contains(pointer)) {
    Json copy = *default_of(document, pointer);
    document[pointer] = std::move(copy);
  }
  Json& figure = document[pointer];
  if (figure.is_boolean() != number.is_boolean())
    throw InputError(name,
                     fmt::format("found {}, expected {}", value, figure.is_boolean() ? "true or false" : "an integer"));
  if (!figure.is_object()) {
    figure = number;
    return;
  }
  figure["value"] = number;
  if (!figure.contains("assumed")) return;
  if (figure.at("low") > number) figure["low"] = number;
  if (figure.at("high") < number) figure["high"] = number;
}

std::int64_t figure_value(const Json& document, const std::string& given) {
  const Pointer pointer(without_value(given));
  const Json& figure = document.contains(pointer) ? document.at(pointer) : *default_of(document, pointer);
  return (figure.is_object() ? figure.at("value") : figure).get<std::int64_t>();
}

}  // namespace rowflow

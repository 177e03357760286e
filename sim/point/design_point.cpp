#include "sim/point/design_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/point/contents.hpp"
#include "sim/point/knob_values.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::json;

bool in_part(const KnobRow& row, KnobPart part) {
  return part == KnobPart::all || row.varies == (part == KnobPart::varying);
}

void read_knob(const KnobRow& row, const Reader& reader, const std::string& file, DesignPoint& point) {
  switch (row.shape) {
    case KnobShape::one:
      point.set(row.knob, knob_value(row, reader, file));
      break;
    case KnobShape::by_name:
      for (const auto& [name, member] : reader.members()) point.set(row.knob, name, json_value(row, member));
      break;
    case KnobShape::names:
      for (const Reader& item : reader.items()) point.set(row.knob, json_value(row, item), "");
      break;
  }
}

std::string words_of(const KnobRow& row, const std::string& name, const std::string& value) {
  const std::string plain = !name.empty() && name.front() == '/' ? name.substr(1) : name;
  return fmt::format(fmt::runtime(row.phrase), value, plain);
}

}  // namespace

std::string DesignPoint::value(Knob knob) const {
  const Values& given = values(knob);
  if (!given.empty()) return given.begin()->second;
  const KnobRow& row = row_of(knob);
  const bool old = row.usual_0_1 != nullptr && value(Knob::defaults) == "0.1";
  const char* usual = old ? row.usual_0_1 : row.usual;
  return usual != nullptr ? usual : "";
}

const DesignPoint::Values& DesignPoint::values(Knob knob) const {
  static const Values none;
  const auto found = given_.find(knob);
  return found == given_.end() ? none : found->second;
}

void DesignPoint::lay_over(const DesignPoint& over) {
  for (const auto& [knob, values] : over.given_)
    for (const auto& [name, value] : values) given_[knob][name] = value;
}

void check_together(const DesignPoint& point, const std::string& where) {
  if (point.given(Knob::tile_first) && !point.given(Knob::tile_height))
    throw InputError(where, "found a tile_first, expected a tile_height beside it: the height of the first blocks");
  if (point.given(Knob::combine) && !point.given(Knob::penalties))
    throw InputError(where, "found combine, expected penalties beside it: what it combines");
}

std::string given_flags(const DesignPoint& point) {
  std::string text;
  for (const KnobRow& row : knobs())
    if (point.given(row.knob) && row.flag != nullptr) text += (text.empty() ? "" : ", ") + std::string(row.flag);
  return text;
}

std::vector<std::string> knob_keys(Command command, KnobPart part) {
  std::vector<std::string> keys;
  for (const KnobRow& row : knobs()) {
    if (!has_knob(command, row) || !in_part(row, part)) continue;
    for (const char* key : row.keys)
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.emplace_back(key);
  }
  return keys;
}

const KnobRow* row_of_key(const std::string& key, bool by_name, Command command, KnobPart part) {
  const KnobRow* found = nullptr;
  for (const KnobRow& row : knobs()) {
    const bool named = std::any_of(row.keys.begin(), row.keys.end(), [&](const char* k) { return key == k; });
    if (!named || !has_knob(command, row) || !in_part(row, part)) continue;
    if (found == nullptr || by_name == (row.shape == KnobShape::by_name)) found = &row;
  }
  return found;
}

std::string knob_value(const KnobRow& row, const Reader& reader, const std::string& file) {
  const std::string value = json_value(row, reader);
  const bool policy = row.content == ContentKind::buffers && is_policy(value);
  return row.content == ContentKind::none || policy ? value : located(value, file);
}

void read_knobs(const Reader& reader, const std::string& file, Command command, KnobPart part, DesignPoint& point) {
  for (const std::string& key : knob_keys(command, part)) {
    if (!reader.has(key)) continue;
    const Reader member = reader.at(key);
    read_knob(*row_of_key(key, member.is_object(), command, part), member, file, point);
  }
}

Json value_json(const KnobRow& row, const std::string& value) {
  if (row.form == KnobForm::size) {
    const std::size_t cross = value.find('x');
    return Json::array({std::stoll(value.substr(0, cross)), std::stoll(value.substr(cross + 1))});
  }
  const bool word = row.form == KnobForm::name || (row.form == KnobForm::number && row.complaint(value) != nullptr);
  return word ? Json(value) : Json::parse(value);
}

void write_knobs(const DesignPoint& point, KnobPart part, Json& document) {
  for (const KnobRow& row : knobs()) {
    if (!point.given(row.knob) || !in_part(row, part)) continue;
    Json& member = document[row.keys.front()];
    if (row.shape == KnobShape::one) member = value_json(row, point.value(row.knob));
    for (const auto& [name, value] : point.values(row.knob)) {
      if (row.shape == KnobShape::by_name) member[name] = value_json(row, value);
      if (row.shape == KnobShape::names) member.push_back(name);
    }
  }
}

Json settings_json(const DesignPoint& point) {
  Json settings = Json::object();
  for (const KnobRow& row : knobs()) {
    if (row.shape == KnobShape::one) {
      const std::string value = point.value(row.knob);
      if (point.given(row.knob) || (row.form == KnobForm::name && row.usual != nullptr && row.knob != Knob::timing &&
                                    row.knob != Knob::defaults))
        settings[row.name] = value;
    } else if (point.given(row.knob)) {
      settings[row.name] = point.values(row.knob);
    }
  }
  return settings;
}

DesignPoint settings_from(const Json& settings) {
  DesignPoint point;
  for (const KnobRow& row : knobs()) {
    const auto found = settings.find(row.name);
    if (found == settings.end()) continue;
    if (row.shape == KnobShape::one)
      point.set(row.knob, found->get<std::string>());
    else
      for (const auto& [name, value] : found->items()) point.set(row.knob, name, value.get<std::string>());
  }
  return point;
}

std::string settings_words(const DesignPoint& point) {
  std::string words;
  for (const KnobRow& row : knobs()) {
    if (!row.varies || row.knob == Knob::network ||
        (row.shape == KnobShape::one && row.usual != nullptr && point.value(row.knob) == row.usual))
      continue;
    for (const auto& [name, value] : point.values(row.knob))
      words += (words.empty() ? "" : ", ") + words_of(row, name, value);
  }
  return words;
}

}  // namespace rowflow

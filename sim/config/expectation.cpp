#include "sim/config/expectation.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/base/json_text.hpp"
#include "sim/base/nearest.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

bool has_object(const Json& value) {
  if (value.is_object()) return true;
  if (!value.is_array()) return false;
  for (const Json& item : value) {
    if (has_object(item)) return true;
  }
  return false;
}

/// Nothing to divide by: no percentage.
std::optional<double> change_percent(const Json& from, const Json& to) {
  if (!from.is_number() || !to.is_number() || from.get<double>() == 0) return std::nullopt;
  return (to.get<double>() - from.get<double>()) / std::abs(from.get<double>()) * 100;
}

/// As it was most likely written: 3, not 3.0.
Json plain(double number) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (number == std::floor(number) && std::abs(number) < exact) return static_cast<std::int64_t>(number);
  return number;
}

FieldDifference differs(const Expectation& e, const std::string& expected, const Json& got, const Json& from,
                        Json replacement) {
  return {e.pointer, expected, inline_json(got), change_percent(from, got), std::move(replacement), ""};
}

std::optional<FieldDifference> check_exact(const Expectation& e, const Json& got) {
  if (*e.exact == got) return std::nullopt;
  return differs(e, inline_json(*e.exact), got, *e.exact, got);
}

std::optional<FieldDifference> check_near(const Expectation& e, const Json& got) {
  const double allowed = std::abs(*e.value) * *e.tolerance_percent / 100;
  if (got.is_number() && std::abs(got.get<double>() - *e.value) <= allowed) return std::nullopt;
  const Json replacement = got.is_number() && !e.usual_tolerance
                               ? Json{{"value", got}, {"tolerance_percent", plain(*e.tolerance_percent)}}
                               : got;
  return differs(e, fmt::format("{} ± {} %", *e.value, *e.tolerance_percent), got, *e.value, replacement);
}

std::optional<FieldDifference> check_bounds(const Expectation& e, const Json& got) {
  const bool number = got.is_number();
  const bool low = e.at_least && (!number || got.get<double>() < *e.at_least);
  const bool high = e.at_most && (!number || got.get<double>() > *e.at_most);
  if (!low && !high) return std::nullopt;
  Json replacement = Json::object();
  if (e.at_least) replacement["at_least"] = low ? got : plain(*e.at_least);
  if (e.at_most) replacement["at_most"] = high ? got : plain(*e.at_most);
  const std::string expected = low ? fmt::format("at least {}", *e.at_least) : fmt::format("at most {}", *e.at_most);
  return differs(e, expected, got, low ? *e.at_least : *e.at_most, number ? replacement : got);
}

std::string unescape(const std::string& token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    text += escape ? (token[++i] == '0' ? '~' : '/') : token[i];
  }
  return text;
}

const Json* item_of(const Json& array, const std::string& token, std::vector<std::string>& names) {
  if (!token.empty() && token.size() <= 9 && token.find_first_not_of("0123456789") == std::string::npos) {
    const std::size_t index = std::stoul(token);
    return index < array.size() ? &array[index] : nullptr;
  }
  for (const char* key : {"name", "layer", "buffer", "stage"}) {
    for (const Json& item : array) {
      const auto name = item.is_object() ? item.find(key) : item.end();
      if (!item.is_object() || name == item.end() || !name->is_string()) continue;
      if (*name == token) return &item;
      names.push_back(name->get<std::string>());
    }
  }
  return nullptr;
}

const Json* member_of(const Json& value, const std::string& token, std::vector<std::string>& names) {
  if (value.is_array()) return item_of(value, token, names);
  if (!value.is_object()) return nullptr;
  const auto member = value.find(token);
  if (member != value.end()) return &*member;
  for (const auto& [key, ignored] : value.items()) names.push_back(key);
  return nullptr;
}

}  // namespace

std::string inline_json(const Json& value) {
  std::string text, separator;
  if (value.is_object()) {
    for (const auto& [key, member] : value.items())
      text += std::exchange(separator, ", ") + json_text(Json(key)) + ": " + inline_json(member);
    return "{" + text + "}";
  }
  if (value.is_array()) {
    for (const Json& item : value) text += std::exchange(separator, ", ") + inline_json(item);
    return "[" + text + "]";
  }
  return json_text(value);
}

Expectation read_expectation(const std::string& pointer, const Reader& reader, const Json& value,
                             std::optional<double> tolerance_percent) {
  Expectation expectation;
  expectation.pointer = pointer;
  if (pointer.empty() || pointer[0] != '/')
    reader.fail("the key is no JSON pointer: expected one like /throughput/interval_cycles");
  if (!value.is_object()) {
    if (has_object(value))
      reader.fail("found an array with objects inside, expected single fields: name each by its own pointer");
    expectation.usual_tolerance = tolerance_percent && value.is_number();
    if (expectation.usual_tolerance) {
      expectation.value = value.get<double>();
      expectation.tolerance_percent = tolerance_percent;
    } else {
      expectation.exact = value;
    }
    return expectation;
  }
  reader.expect_keys({"value", "tolerance_percent", "at_least", "at_most"});
  const auto take = [&](const char* key, std::optional<double>& into) {
    if (reader.has(key)) into = reader.at(key).number();
  };
  take("value", expectation.value);
  take("tolerance_percent", expectation.tolerance_percent);
  take("at_least", expectation.at_least);
  take("at_most", expectation.at_most);
  const bool near = expectation.value && expectation.tolerance_percent,
             bounds = expectation.at_least || expectation.at_most;
  const bool half = expectation.value.has_value() != expectation.tolerance_percent.has_value();
  if (near == bounds || half)
    reader.fail(R"(expected "value" with "tolerance_percent", or "at_least", "at_most" or both)");
  if (near && *expectation.tolerance_percent < 0) reader.at("tolerance_percent").mismatch("number of at least 0");
  return expectation;
}

const Json* find_field(const Json& document, const std::string& pointer, std::string& why) {
  const Json* value = &document;
  for (std::size_t begin = 1; begin <= pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', begin), pointer.size());
    const std::string token = unescape(pointer.substr(begin, end - begin));
    std::vector<std::string> names;
    value = member_of(*value, token, names);
    if (!value) {
      why = fmt::format("nothing: {} has no \"{}\"{}", begin > 1 ? pointer.substr(0, begin - 1) : "the result", token,
                        nearest_hint(token, names));
      return nullptr;
    }
    begin = end + 1;
  }
  return value;
}

std::vector<FieldDifference> check_expectations(const Json& document, const std::vector<Expectation>& expectations) {
  std::vector<FieldDifference> differences;
  for (const Expectation& e : expectations) {
    std::string why;
    const Json* got = find_field(document, e.pointer, why);
    if (!got) {
      differences.push_back({e.pointer, "the field", why, std::nullopt, std::nullopt, ""});
      continue;
    }
    auto difference = e.exact ? check_exact(e, *got) : e.value ? check_near(e, *got) : check_bounds(e, *got);
    if (difference) differences.push_back(std::move(*difference));
  }
  return differences;
}

}  // namespace rowflow

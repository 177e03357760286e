#include "sim/point/knob_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/nearest.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

/// One spelling for equal numbers.
std::string spelled(const KnobRow& row, const std::string& value) {
  if (row.form == KnobForm::size) {
    const std::size_t cross = value.find('x');
    return fmt::format("{}x{}", std::stoll(value.substr(0, cross)), std::stoll(value.substr(cross + 1)));
  }
  if (row.form == KnobForm::name) return value;
  const bool integer = value.find_first_not_of("-0123456789") == std::string::npos;
  return integer ? fmt::format("{}", std::stoll(value)) : fmt::format("{}", std::stod(value));
}

bool is_word(const KnobRow& row, const std::string& value) {
  return std::any_of(row.words.begin(), row.words.end(), [&](const char* word) { return value == word; });
}

/// 3.0 and 4e8 count as integers, as in JSON Schema.
std::string number_text(const nlohmann::json& value) {
  if (!value.is_number_float()) return json_text(value);
  const double number = value.get<double>();
  const bool whole = std::abs(number) < 1e15 && number == std::floor(number);
  return whole ? std::to_string(static_cast<std::int64_t>(number)) : json_text(value);
}

std::string size_text(const Reader& reader) {
  const auto sides = reader.items(2);
  if (sides.size() != 2) reader.mismatch("[height, width]");
  return fmt::format("{}x{}", sides[0].integer(1, 65536), sides[1].integer(1, 65536));
}

}  // namespace

std::string checked_value(const KnobRow& row, const std::string& value, const std::string& where) {
  if (is_word(row, value)) return value;
  const char* expected = row.complaint(value);
  if (expected == nullptr) return spelled(row, value);
  const std::vector<std::string> words(row.words.begin(), row.words.end());
  throw InputError(where, fmt::format("found \"{}\", expected {}{}", value, expected, nearest_hint(value, words)));
}

std::string json_value(const KnobRow& row, const Reader& reader) {
  const nlohmann::json& value = reader.json();
  if (row.form == KnobForm::size) return size_text(reader);
  if (row.form == KnobForm::name) return checked_value(row, reader.name(), reader.where());
  const bool word = value.is_string() && is_word(row, value.get<std::string>()) && row.form != KnobForm::figure;
  if (word) return value.get<std::string>();
  if (value.is_boolean() && row.form == KnobForm::figure) return json_text(value);
  if (value.is_number()) return checked_value(row, number_text(value), reader.where());
  const char* expected = row.complaint("");
  reader.mismatch(expected);
}

}  // namespace rowflow

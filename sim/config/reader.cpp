#include "sim/config/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/visible_text.hpp"

namespace rowflow {

namespace {

std::string escape(const std::string& key) {
  std::string text;
  for (const char c : key) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return text;
}

constexpr std::size_t most_shown = 60;  // bytes

std::string describe(const nlohmann::json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return fmt::format("an array of {}", value.size());
  std::string text = json_text(value);
  if (text.size() > most_shown) {
    std::size_t end = most_shown - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // whole code points
    text = text.substr(0, end) + "…";
  }
  return std::string(value.is_string() ? "string " : value.is_boolean() ? "boolean " : "") + text;
}

}  // namespace

Reader::Reader(std::string file, const nlohmann::json& value, std::string pointer)
    : file_(std::move(file)), pointer_(std::move(pointer)), value_(&value) {}

std::string Reader::where() const { return pointer_.empty() ? file_ : file_ + ": " + pointer_; }
void Reader::fail(const std::string& what) const { throw InputError(where(), what); }
void Reader::mismatch(const std::string& expected) const {
  fail(fmt::format("found {}, expected {}", describe(*value_), expected));
}

bool Reader::is_text() const { return value_->is_string(); }
bool Reader::is_array() const { return value_->is_array(); }
bool Reader::is_object() const { return value_->is_object(); }
bool Reader::has(const std::string& key) const { return value_->is_object() && value_->contains(key); }

void Reader::expect_keys(const std::vector<std::string>& known) const {
  if (!value_->is_object()) mismatch("an object");
  for (const auto& [key, member] : value_->items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string hint = nearest_hint(key, known);
    const std::string valid = hint.empty() ? fmt::format("; valid keys: {}", fmt::join(known, ", ")) : hint;
    throw InputError(file_ + ": " + pointer_ + "/" + escape(key), fmt::format("unknown key \"{}\"{}", key, valid));
  }
}

Reader Reader::at(const std::string& key) const {
  if (!value_->is_object()) mismatch("an object");
  const auto member = value_->find(key);
  if (member == value_->end()) fail(fmt::format("missing key \"{}\"", key));
  return Reader(file_, *member, pointer_ + "/" + escape(key));
}

std::vector<Reader> Reader::items(std::size_t least) const {
  if (!value_->is_array() || value_->size() < least)
    mismatch(least > 0 ? fmt::format("an array of {} or more", least) : "an array");
  std::vector<Reader> readers;
  for (std::size_t i = 0; i < value_->size(); ++i)
    readers.emplace_back(file_, (*value_)[i], fmt::format("{}/{}", pointer_, i));
  return readers;
}

std::vector<std::pair<std::string, Reader>> Reader::members() const {
  if (!value_->is_object()) mismatch("an object");
  std::vector<std::pair<std::string, Reader>> readers;
  for (const auto& [key, member] : value_->items())
    readers.emplace_back(key, Reader(file_, member, pointer_ + "/" + escape(key)));
  return readers;
}

std::int64_t Reader::integer(std::int64_t low, std::int64_t high, std::string expected) const {
  if (expected.empty()) expected = fmt::format("integer in [{}, {}]", low, high);
  constexpr double exact = 9007199254740992.0;  // 2^53: beyond it a double is no longer every integer
  if (value_->is_number_float()) {
    const double number = value_->get<double>();
    if (number != std::floor(number) || std::abs(number) > exact) mismatch(expected);
  } else if (!value_->is_number_integer() ||
             (value_->is_number_unsigned() && value_->get<std::uint64_t>() > INT64_MAX)) {
    mismatch(expected);
  }
  const auto number = value_->get<std::int64_t>();
  if (number < low || number > high) mismatch(expected);
  return number;
}

double Reader::number(double low, double high) const {
  const bool bounded = low > -1e300 || high < 1e300;
  const std::string expected = bounded ? fmt::format("number in [{}, {}]", low, high) : "number";
  if (!value_->is_number()) mismatch(expected);
  const auto number = value_->get<double>();
  if (number < low || number > high) mismatch(expected);
  return number;
}

std::string Reader::text() const {
  if (!value_->is_string()) mismatch("string");
  return value_->get<std::string>();
}

std::string Reader::name() const {
  if (!value_->is_string() || value_->get_ref<const std::string&>().empty()) mismatch("string that is not empty");
  return value_->get<std::string>();
}

std::string Reader::title() const { return visible_text(name()); }

bool Reader::boolean() const {
  if (!value_->is_boolean()) mismatch("true or false");
  return value_->get<bool>();
}

std::string Reader::one_of(const std::vector<std::string>& names) const {
  const std::string name = text();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    mismatch(fmt::format("one of {}{}", fmt::join(names, ", "), nearest_hint(name, names)));
  }
  return name;
}

}  // namespace rowflow

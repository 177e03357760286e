#include "sim/point/value_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "sim/base/error.hpp"
#include "sim/point/knob_values.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t most_values = 100'000;

struct Range {
  std::int64_t first = 0, last = 0, step = 1;
};

/// Of exactly the digits given.
std::optional<std::int64_t> integer(const std::string& text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  const bool whole = !text.empty() && text.size() <= 16 && read.ec == std::errc() && read.ptr == end;
  return whole ? std::optional<std::int64_t>(value) : std::nullopt;
}

/// None: the text is no range at all.
std::optional<Range> range_of(const std::string& item, const std::string& where) {
  const std::size_t dots = item.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const std::size_t colon = item.find(':', dots);
  const auto first = integer(item.substr(0, dots));
  const auto last = integer(item.substr(dots + 2, colon == std::string::npos ? colon : colon - dots - 2));
  const auto step = colon == std::string::npos ? 1 : integer(item.substr(colon + 1));
  if (!first || !last || !step || *step < 1)
    throw InputError(where, fmt::format("found \"{}\", expected a range FIRST..LAST or FIRST..LAST:STEP of integers, "
                                        "like 7..28:7",
                                        item));
  const Range range{*first, *last, *step};
  if (std::max(range.first, range.last) - std::min(range.first, range.last) >= most_values * range.step)
    throw InputError(where, fmt::format("the range {} has more than {} values", item, most_values));
  return range;
}

}  // namespace

std::vector<std::string> split_list(const std::string& list) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    items.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

std::vector<std::string> item_values(const KnobRow& row, const std::string& item, const std::string& where) {
  const bool numbers = row.form == KnobForm::number || row.form == KnobForm::figure;
  const auto range = numbers ? range_of(item, where) : std::nullopt;
  if (!range) return {checked_value(row, item, where)};
  std::vector<std::string> values;
  const std::int64_t distance = std::max(range->first, range->last) - std::min(range->first, range->last);
  for (std::int64_t at = 0; at <= distance; at += range->step)
    values.push_back(
        checked_value(row, std::to_string(range->first <= range->last ? range->first + at : range->first - at), where));
  return values;
}

std::vector<std::string> list_values(const KnobRow& row, const std::string& list, const std::string& where) {
  std::vector<std::string> values;
  for (const std::string& item : split_list(list)) {
    const auto more = item_values(row, item, where);
    values.insert(values.end(), more.begin(), more.end());
  }
  return values;
}

}  // namespace rowflow

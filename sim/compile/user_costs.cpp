#include "sim/compile/user_costs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <sstream>
#include <utility>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/config/parse.hpp"

namespace rowflow {

namespace {

constexpr Cycles most_cycles_per_row = 1'000'000'000'000;  // of one row; what all come to is bounded before a run
const std::string byte_order_mark = "\xEF\xBB\xBF";

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = line.find(',', begin);
    fields.push_back(trimmed(line.substr(begin, comma == std::string::npos ? comma : comma - begin)));
    if (comma == std::string::npos) return fields;
    begin = comma + 1;
  }
}

/// Words only: a mistyped number in the first line is no header.
bool is_header(std::vector<std::string> fields) {
  const std::array<std::vector<std::string>, 3> words{{{"name", "stage", "layer"},
                                                       {"cycles", "cycles_per_row", "cycles per row", "cost"},
                                                       {"latency", "latency_cycles", "latency cycles"}}};
  for (std::size_t f = 0; f < fields.size(); ++f) {
    for (char& c : fields[f]) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (std::find(words[f].begin(), words[f].end(), fields[f]) == words[f].end()) return false;
  }
  return true;
}

Cycles cycles_from(const std::string& text, const char* what, const std::string& where) {
  Cycles value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most_cycles_per_row)
    throw InputError(where, fmt::format("found \"{}\", expected {}, 0 to {}", text, what, most_cycles_per_row));
  return value;
}

}  // namespace

std::map<std::string, UserCost> read_user_costs(const std::string& path) {
  std::istringstream file(read_text(path));
  std::map<std::string, UserCost> costs;
  std::string line;
  bool first = true;
  for (int number = 1; std::getline(file, line); ++number) {
    line = trimmed(number == 1 && line.compare(0, byte_order_mark.size(), byte_order_mark) == 0
                       ? line.substr(byte_order_mark.size())
                       : line);
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> fields = fields_of(line);
    const std::string where = fmt::format("{}: line {}", path, number);
    if (fields.size() < 2 || fields.size() > 3)
      throw InputError(where, fmt::format("found {} fields, expected name,cycles[,latency]", fields.size()));
    if (std::exchange(first, false) && is_header(fields)) continue;
    UserCost cost{cycles_from(fields[1], "cycles per row", where), std::nullopt};
    if (fields.size() == 3) cost.latency = cycles_from(fields[2], "a latency in cycles", where);
    if (!costs.emplace(fields[0], cost).second)
      throw InputError(where, fmt::format("found \"{}\" a second time", fields[0]));
  }
  if (costs.empty())
    throw InputError(path,
                     "found costs of 0 stages, expected a line name,cycles[,latency] for each stage that has its own");
  return costs;
}

}  // namespace rowflow

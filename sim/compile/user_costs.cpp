// --costs FILE.csv: a user's own cycles per row in place of rule T8.
#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/compile/compile.hpp"

namespace rowflow {

namespace {

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

std::optional<Cycles> parse_cycles(const std::string& text) {
  Cycles value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::map<std::string, UserCost> read_user_costs(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw InputError(path, "cannot be opened, expected a CSV file of costs");
  std::map<std::string, UserCost> costs;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    line = trimmed(line);
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> fields = fields_of(line);
    const std::string where = fmt::format("{}: line {}", path, number);
    if (fields.size() < 2 || fields.size() > 3)
      throw InputError(where, fmt::format("found {} fields, expected name,cycles[,latency]", fields.size()));
    const std::optional<Cycles> cycles = parse_cycles(fields[1]);
    if (!cycles && costs.empty() && number == 1) continue;  // a header
    if (!cycles) throw InputError(where, fmt::format("found \"{}\", expected cycles per row, 0 or more", fields[1]));
    UserCost cost{*cycles, std::nullopt};
    if (fields.size() == 3) {
      cost.latency = parse_cycles(fields[2]);
      if (!cost.latency) throw InputError(where, fmt::format("found \"{}\", expected a latency in cycles, 0 or more", fields[2]));
    }
    if (!costs.emplace(fields[0], cost).second) throw InputError(where, fmt::format("found \"{}\" a second time", fields[0]));
  }
  return costs;
}

}  // namespace rowflow

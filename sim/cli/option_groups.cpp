#include <algorithm>
#include <map>

#include "sim/cli/manual.hpp"

namespace rowflow {

namespace {

/// A help text's piece begins with the word: "json: as data".
std::string first_word(std::string_view piece) {
  const std::size_t begin = std::min(piece.find_first_not_of(' '), piece.size());
  return std::string(piece.substr(begin, piece.find_first_of(" ,:;()", begin) - begin));
}

bool is_word(const std::string& text) {
  return text.size() > 1 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") == std::string::npos;
}

}  // namespace

std::string option_group(const std::vector<std::string>& names) {
  static const std::map<std::string, std::string> groups{{"--tile-height", "Network and tiles"},
                                                         {"--tile-first", "Network and tiles"},
                                                         {"--heights", "Network and tiles"},
                                                         {"--se-mode", "Network and tiles"},
                                                         {"--gates", "Network and tiles"},
                                                         {"--penalties", "Network and tiles"},
                                                         {"--max-penalty", "Network and tiles"},
                                                         {"--combine", "Network and tiles"},
                                                         {"--input-size", "Network and tiles"},
                                                         {"--assume-free", "Network and tiles"},
                                                         {"--outputs", "Network and tiles"},
                                                         {"--device", "Device and mapping"},
                                                         {"--set", "Device and mapping"},
                                                         {"--link", "Device and mapping"},
                                                         {"--fit", "Device and mapping"},
                                                         {"--batch", "Device and mapping"},
                                                         {"--max-contexts", "Device and mapping"},
                                                         {"--contexts", "Device and mapping"},
                                                         {"--costs", "Device and mapping"},
                                                         {"--mapping", "Device and mapping"},
                                                         {"--cluster", "Device and mapping"},
                                                         {"--subclusters", "Device and mapping"},
                                                         {"--buffers", "Buffers"},
                                                         {"--buffer-kib", "Buffers"},
                                                         {"--goal", "Buffers"},
                                                         {"--target-fps", "Device and mapping"},
                                                         {"--fps", "Simulation"},
                                                         {"--frames", "Simulation"},
                                                         {"--timing", "Simulation"},
                                                         {"--defaults", "Simulation"},
                                                         {"--jobs", "Simulation"},
                                                         {"--format", "Output"},
                                                         {"--out", "Output"},
                                                         {"--quiet", "Output"},
                                                         {"--verbose", "Output"},
                                                         {"--report", "Output"},
                                                         {"--levers", "Output"},
                                                         {"--trace", "Output"},
                                                         {"--trace-frames", "Output"},
                                                         {"--picture", "Output"},
                                                         {"--vcd", "Output"},
                                                         {"--junit", "Output"},
                                                         {"--help", "Output"}};
  for (const std::string& name : names)
    if (const auto found = groups.find(name); found != groups.end()) return found->second;
  return "Options";
}

std::vector<std::string> words_of(const std::string& help) {
  std::vector<std::string> words;
  if (help.find(" | ") == std::string::npos) return words;
  for (std::size_t begin = 0; begin < help.size();) {
    const std::size_t bar = std::min(help.find(" | ", begin), help.size());
    const std::string word = first_word(std::string_view(help).substr(begin, bar - begin));
    if (is_word(word)) words.push_back(word);
    begin = bar + 3;
  }
  return words;
}

}  // namespace rowflow

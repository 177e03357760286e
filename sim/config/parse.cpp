#include "sim/config/parse.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

using nlohmann::json;

/// Where the parser is. It exists because the library takes the last of equal keys without a word.
class DuplicateKeys {
 public:
  explicit DuplicateKeys(std::string file) : file_(std::move(file)) {}

  bool operator()(int, json::parse_event_t event, json& value) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        open_.push_back({event == json::parse_event_t::array_start, 0, {}, {}});
        break;
      case json::parse_event_t::key:
        see_key(value.get<std::string>());
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        open_.pop_back();
        [[fallthrough]];
      case json::parse_event_t::value:
        if (!open_.empty() && open_.back().array) ++open_.back().index;
    }
    return true;
  }

 private:
  struct Level {
    bool array;
    std::size_t index;
    std::string key;
    std::set<std::string> keys;
  };

  void see_key(const std::string& key) {
    if (!open_.back().keys.insert(key).second) throw InputError(file_ + ": " + pointer(), fmt::format("the key \"{}\" stands twice", key));
    open_.back().key = key;
  }

  std::string pointer() const {
    std::string text;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) text += "/" + (open_[i].array ? std::to_string(open_[i].index) : open_[i].key);
    return text.empty() ? "/" : text;
  }

  std::string file_;
  std::vector<Level> open_;
};

[[noreturn]] void fail_at(const std::string& text, const std::string& file, const json::parse_error& error) {
  const std::size_t end = std::min(text.size(), error.byte > 0 ? error.byte - 1 : 0);
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < end; ++i) {
    ++column;
    if (text[i] == '\n') ++line, column = 1;
  }
  std::string reason = error.what();  // "[json.exception…] parse error at line L, column C: syntax error while … - what"
  const auto begin = reason.find(": ");
  if (begin != std::string::npos) reason = reason.substr(begin + 2);
  throw InputError(file, fmt::format("line {}, column {}: no valid JSON: {}", line, column, reason));
}

}  // namespace

std::string read_text(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw InputError(path, "no such file");
  if (std::filesystem::is_directory(path, ignored)) throw InputError(path, "found a folder, expected a file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw InputError(path, "the file cannot be opened for reading");
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

json parse_json(const std::string& text, const std::string& file) {
  try {
    return json::parse(text, DuplicateKeys(file));
  } catch (const json::parse_error& error) {
    fail_at(text, file, error);
  } catch (const json::out_of_range& error) {  // a number beyond any double
    throw InputError(file, fmt::format("no valid JSON: {}", error.what()));
  }
}

json parse_json_file(const std::string& path) { return parse_json(read_text(path), path); }

}  // namespace rowflow

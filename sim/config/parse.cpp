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

constexpr std::size_t largest_file = std::size_t{1} << 28;  // a device such as /dev/zero has no end
constexpr std::size_t deepest = 64;  // results nest to 6; functions that follow the values call themselves so often

/// Where the parser is. It exists because the library takes the last of equal keys without a word, and any depth.
template <typename Json>
class Strict {
 public:
  using Event = typename Json::parse_event_t;
  explicit Strict(std::string file) : file_(std::move(file)) {}

  bool operator()(int, Event event, Json& value) {
    switch (event) {
      case Event::object_start:
      case Event::array_start:
        if (open_.size() == deepest)
          throw InputError(file_, fmt::format("found values nested deeper than {} at {}", deepest, pointer()));
        open_.push_back({event == Event::array_start, 0, {}, {}});
        break;
      case Event::key:
        see_key(value.template get<std::string>());
        break;
      case Event::object_end:
      case Event::array_end:
        open_.pop_back();
        [[fallthrough]];
      case Event::value:
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
    if (!open_.back().keys.insert(key).second)
      throw InputError(file_ + ": " + pointer(), fmt::format("the key \"{}\" stands twice", key));
    open_.back().key = key;
  }

  std::string pointer() const {
    std::string text;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i)
      text += "/" + (open_[i].array ? std::to_string(open_[i].index) : open_[i].key);
    return text.empty() ? "/" : text;
  }

  std::string file_;
  std::vector<Level> open_;
};

[[noreturn]] void fail_at(const std::string& text, const std::string& file, const nlohmann::json::parse_error& error) {
  const std::size_t end = std::min(text.size(), error.byte > 0 ? error.byte - 1 : 0);
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < end; ++i) {
    ++column;
    if (text[i] == '\n') ++line, column = 1;
  }
  std::string reason =
      error.what();  // "[json.exception…] parse error at line L, column C: syntax error while … - what"
  const auto begin = reason.find(": ");
  if (begin != std::string::npos) reason = reason.substr(begin + 2);
  throw InputError(file, fmt::format("line {}, column {}: no valid JSON: {}", line, column, reason));
}

template <typename Json>
Json parsed(const std::string& text, const std::string& file) {
  try {
    return Json::parse(text, Strict<Json>(file));
  } catch (const nlohmann::json::parse_error& error) {
    fail_at(text, file, error);
  } catch (const nlohmann::json::out_of_range& error) {  // a number beyond any double
    throw InputError(file, fmt::format("no valid JSON: {}", error.what()));
  }
}

}  // namespace

std::string read_text(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw InputError(path, "no such file");
  if (std::filesystem::is_directory(path, ignored)) throw InputError(path, "found a folder, expected a file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw InputError(path, "the file cannot be opened for reading");
  std::string text;
  std::vector<char> some(std::size_t{1} << 16);
  while (stream.read(some.data(), static_cast<std::streamsize>(some.size())) || stream.gcount() > 0) {
    text.append(some.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > largest_file)
      throw InputError(path, fmt::format("found more than {} bytes, expected a smaller file", largest_file));
  }
  if (stream.bad()) throw InputError(path, "the file cannot be read");
  return text;
}

nlohmann::json parse_json(const std::string& text, const std::string& file) {
  return parsed<nlohmann::json>(text, file);
}

nlohmann::ordered_json parse_ordered_json(const std::string& text, const std::string& file) {
  return parsed<nlohmann::ordered_json>(text, file);
}

nlohmann::json parse_json_file(const std::string& path) { return parse_json(read_text(path), path); }

}  // namespace rowflow

#include "tests/fuzz/mutate.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace rowflow::fuzz {

namespace {

using Json = nlohmann::ordered_json;

/// All values of a document, itself first.
void collect(Json& json, std::vector<Json*>& values) {
  values.push_back(&json);
  if (!json.is_structured()) return;
  for (auto& value : json) collect(value, values);
}

Json extreme(Mutator& draw) {
  static const std::vector<Json> values{0,
                                        1,
                                        -1,
                                        2,
                                        7,
                                        255,
                                        65536,
                                        65537,
                                        1'000'000,
                                        2'147'483'648,
                                        1'000'000'000'000,
                                        9'007'199'254'740'993,
                                        INT64_MAX,
                                        INT64_MIN,
                                        UINT64_MAX,
                                        0.5,
                                        -0.0,
                                        1e308,
                                        1e-320,
                                        true,
                                        nullptr,
                                        "",
                                        "full",
                                        "7",
                                        "*",
                                        "a/b",
                                        "\x1b[2J",
                                        "\xc3\xa9",
                                        std::string(300, 'n'),
                                        Json::array(),
                                        Json::object()};
  return values[draw.below(values.size())];
}

void change_value(Json& value, Mutator& draw, const std::vector<Json*>& values) {
  switch (draw.below(7)) {
    case 0:
      value = extreme(draw);
      return;
    case 1:
      if (value.is_number_integer()) value = value.get<std::int64_t>() + static_cast<std::int64_t>(draw.below(7)) - 3;
      return;
    case 2:
      if (value.is_number_integer()) value = value.get<std::int64_t>() * static_cast<std::int64_t>(draw.below(5));
      return;
    case 3: {  // another value of the document; a copy, lest it holds itself
      Json copy = *values[draw.below(values.size())];
      value = std::move(copy);
      return;
    }
    case 4:  // a member or an element less
      if (value.is_structured() && !value.empty())
        value.erase(std::next(value.begin(), static_cast<std::ptrdiff_t>(draw.below(value.size()))));
      return;
    case 5:  // one twice
      if (value.is_array() && !value.empty()) {
        Json copy = value[draw.below(value.size())];
        value.push_back(std::move(copy));
      }
      return;
    default:  // a member of another name
      if (value.is_object()) value["x" + std::to_string(draw.below(3))] = extreme(draw);
  }
}

}  // namespace

bool Mutator::change_json(std::string& text, const std::vector<std::string>& others) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return false;
  for (std::size_t left = 1 + below(4); left > 0; --left) {
    std::vector<Json*> values;
    collect(json, values);
    change_value(*values[below(values.size())], *this, values);
  }
  if (below(20) == 0 && json.is_object()) {  // members of another document
    const Json other = Json::parse(others[below(others.size())], nullptr, false);
    if (other.is_object())
      for (const auto& [key, value] : other.items())
        if (below(2) == 0) json[key] = value;
  }
  text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return true;
}

void Mutator::change_bytes(std::string& bytes, const std::vector<std::string>& others) {
  static constexpr std::int32_t extremes[] = {0,     1,     -1,      2,       127,       128,      255,
                                              65535, 65536, 1 << 20, 1 << 30, INT32_MAX, INT32_MIN};
  for (std::size_t left = 1 + below(6); left > 0; --left) {
    const std::size_t at = below(bytes.size() + 1);
    const std::size_t size = std::min<std::size_t>(bytes.size() - at, 1 + below(8));
    switch (below(7)) {
      case 0:
        if (size > 0) bytes[at] = static_cast<char>(below(256));
        break;
      case 1:
        if (size > 0) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 2:
        bytes.erase(at, size);
        break;
      case 3: {
        const std::string& from = others[below(others.size())];
        const std::size_t begin = below(from.size() + 1);
        bytes.insert(at, from.substr(begin, 1 + below(64)));
        break;
      }
      case 4:
        if (size >= 4) std::memcpy(&bytes[at], &extremes[below(std::size(extremes))], 4);
        break;
      case 5:
        if (below(8) == 0) bytes.resize(at);
        break;
      default: {  // digits to more digits, where there are any
        const std::size_t digit = bytes.find_first_of("0123456789", at);
        if (digit != std::string::npos) bytes.insert(digit, below(2) == 0 ? "9" : "99999999999999999999");
      }
    }
  }
}

std::string Mutator::changed(const std::string& seed, const std::vector<std::string>& others) {
  std::string bytes = seed;
  if (below(4) == 0 || !change_json(bytes, others)) change_bytes(bytes, others);
  return bytes;
}

}  // namespace rowflow::fuzz

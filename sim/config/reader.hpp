// Typed, strict reading of a JSON value: every refusal names file, JSON pointer, what was found and what was expected.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace rowflow {

/// One value inside a JSON document. Refers to the document, which must outlive it. Every function throws InputError.
class Reader {
 public:
  Reader(std::string file, const nlohmann::json& value, std::string pointer = "");

  const std::string& pointer() const { return pointer_; }
  const nlohmann::json& json() const { return *value_; }
  std::string where() const;  ///< "file: /pointer"; the file alone for the document's root
  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void mismatch(const std::string& expected) const;  ///< "found …, expected …"

  /// The value must be an object with no other keys than these; names the nearest valid one.
  void expect_keys(const std::vector<std::string>& known) const;
  bool has(const std::string& key) const;
  Reader at(const std::string& key) const;  ///< a required member
  std::vector<Reader> items(std::size_t least = 0) const;
  std::vector<std::pair<std::string, Reader>> members() const;

  /// An integer in [low, high]; 3.0 and 4e8 count as integers, as in JSON Schema. `expected` replaces the
  /// message's own words for the range.
  std::int64_t integer(std::int64_t low, std::int64_t high, std::string expected = "") const;
  /// A number in [low, high], integer or not.
  double number(double low = -1e300, double high = 1e300) const;
  std::string text() const;
  std::string name() const;   ///< not empty
  std::string title() const;  ///< a name that is only shown: its control characters and the like are written out
  bool boolean() const;
  std::string one_of(const std::vector<std::string>& names) const;

  bool is_text() const;
  bool is_array() const;
  bool is_object() const;

 private:
  std::string file_, pointer_;
  const nlohmann::json* value_;
};

}  // namespace rowflow

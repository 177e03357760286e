// What a regression expects of one field of a result document, and how a document differs from it. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"

namespace rowflow {

/// Either an exact value, or a value with a tolerance, or one or two bounds.
struct Expectation {
  std::string pointer;                          ///< JSON pointer; items of arrays by index or by the name they carry
  std::optional<nlohmann::ordered_json> exact;  ///< a value without objects inside
  std::optional<double> value, tolerance_percent;
  std::optional<double> at_least, at_most;
  bool usual_tolerance = false;  ///< a plain number with the tolerance of its suite
};

struct FieldDifference {
  std::string pointer;
  std::string expected, got;             ///< for people
  std::optional<double> change_percent;  ///< against the expected value or the broken bound
  std::optional<nlohmann::ordered_json>
      replacement;     ///< the expectation that would hold; none when the result has no such field
  std::string behind;  ///< the stage, layer or buffer that the figure hangs on now (behind.hpp); empty: none
};

/// One entry of "expect"; plain numbers have the tolerance. Throws InputError.
Expectation read_expectation(const std::string& pointer, const Reader& reader, const nlohmann::ordered_json& value,
                             std::optional<double> tolerance_percent = {});

/// The field at a JSON pointer; a step into an array is an index, or the "name", "layer", "buffer" or "stage" of the
/// item (in that order of preference, the first such item). Null when there is none; `why` then says where it ended,
/// with the nearest name.
const nlohmann::ordered_json* find_field(const nlohmann::ordered_json& document, const std::string& pointer,
                                         std::string& why);

/// Empty when the document is as expected.
std::vector<FieldDifference> check_expectations(const nlohmann::ordered_json& document,
                                                const std::vector<Expectation>& expectations);

/// The value as JSON on one line, with spaces after separators.
std::string inline_json(const nlohmann::ordered_json& value);

}  // namespace rowflow

#include "sim/config/parameter_reader.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace rowflow {

Parameter read_parameter(const Reader& reader, std::int64_t low, std::int64_t high) {
  Parameter parameter;
  parameter.name = reader.pointer().substr(1);
  if (reader.json().is_number()) {
    parameter.value = parameter.low = parameter.high = reader.integer(low, high);
    return parameter;
  }
  if (!reader.is_object())
    reader.mismatch(R"(a number, or an object {"value", "source"} or {"value", "assumed", "low", "high"})");
  parameter.assumed = reader.has("assumed");
  if (parameter.assumed) {
    reader.expect_keys({"value", "assumed", "low", "high"});
  } else {
    reader.expect_keys({"value", "source"});
    if (!reader.has("source"))
      reader.fail("found a figure without provenance, expected \"source\", or \"assumed\" with \"low\" and \"high\"");
  }
  parameter.value = reader.at("value").integer(low, high);
  parameter.source = reader.at(parameter.assumed ? "assumed" : "source").name();
  parameter.low = parameter.assumed ? reader.at("low").integer(low, high) : parameter.value;
  parameter.high = parameter.assumed ? reader.at("high").integer(low, high) : parameter.value;
  if (parameter.low > parameter.value || parameter.value > parameter.high) {
    reader.fail(
        fmt::format("found value {} outside [low, high] = [{}, {}]", parameter.value, parameter.low, parameter.high));
  }
  return parameter;
}

}  // namespace rowflow

// What is known of whether a plan fits its device.
#pragma once

#include <string_view>

#include "sim/base/enum_names.hpp"

namespace rowflow {

/// That a network does not fit may be proven, by a demand that every allocation and placement has and that the device
/// does not meet, or it may be that none was found: others might be.
enum class FitVerdict { fits, impossible, not_found, end };

template <>
struct EnumNames<FitVerdict> {
  static constexpr std::string_view of[] = {"fits", "impossible", "not_found"};
};

/// For nlohmann::json: the name.
template <class Json>
void to_json(Json& json, const FitVerdict& verdict) {
  json = to_string(verdict);
}

}  // namespace rowflow

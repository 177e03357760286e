// What a plan is made for.
#pragma once

#include <string_view>

#include "sim/base/enum_names.hpp"

namespace rowflow {

/// What comes first where the mapper has a choice; what fits always does.
enum class Goal { throughput, latency, memory, end };

template <>
struct EnumNames<Goal> {
  static constexpr std::string_view of[] = {"throughput", "latency", "memory"};
};

/// For nlohmann::json: the name.
template <class Json>
void to_json(Json& json, const Goal& goal) {
  json = to_string(goal);
}

}  // namespace rowflow

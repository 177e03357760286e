// Where row buffers lie (rule T15).
#pragma once

#include <string_view>

#include "sim/base/enum_names.hpp"

namespace rowflow {

enum class MemoryLevel { l3, l4, host, end };

template <>
struct EnumNames<MemoryLevel> {
  static constexpr std::string_view of[] = {"L3", "L4", "host"};
};

/// Where rows are spilled to.
constexpr bool outside_l3(MemoryLevel level) { return level == MemoryLevel::l4 || level == MemoryLevel::host; }

/// For nlohmann::json: the name.
template <class Json>
void to_json(Json& json, const MemoryLevel& level) {
  json = to_string(level);
}

}  // namespace rowflow

// Messages about names that do not exist.
#pragma once

#include <string>
#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// Throws InputError(where, "found X, expected the name of a <what>; did you mean Y?") when `name` is not among
/// `names`.
void require_known_name(const std::string& where, const std::string& what, const std::string& name,
                        const std::vector<std::string>& names);

std::vector<std::string> buffer_names(const Plan& plan);
std::vector<std::string> stage_and_layer_names(const Plan& plan);

/// The same for all keys of a map: buffers of the plan; stages, or layers that they belong to. Costs nothing when the
/// map is empty.
template <class Map>
void require_known_buffers(const std::string& where, const Plan& plan, const Map& by_name) {
  if (by_name.empty()) return;
  const std::vector<std::string> names = buffer_names(plan);
  for (const auto& entry : by_name) require_known_name(where, "buffer", entry.first, names);
}

template <class Map>
void require_known_stages(const std::string& where, const Plan& plan, const Map& by_name) {
  if (by_name.empty()) return;
  const std::vector<std::string> names = stage_and_layer_names(plan);
  for (const auto& entry : by_name) require_known_name(where, "stage or layer", entry.first, names);
}

}  // namespace rowflow

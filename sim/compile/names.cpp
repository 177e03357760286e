#include "sim/compile/names.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"

namespace rowflow {

std::vector<std::string> buffer_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const Buffer& buffer : plan.buffers) names.push_back(buffer.name);
  return names;
}

std::vector<std::string> stage_and_layer_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const Stage& stage : plan.stages) {
    names.push_back(stage.name);
    names.push_back(stage.layer);
  }
  return names;
}

void require_known_name(const std::string& where, const std::string& what, const std::string& name,
                        const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  throw InputError(where, "found \"" + name + "\", expected the name of a " + what + nearest_hint(name, names));
}

}  // namespace rowflow

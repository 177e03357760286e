#include "sim/compile/names.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"

namespace rowflow {

void require_known_name(const std::string& where, const std::string& what, const std::string& name, const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  throw InputError(where, "found \"" + name + "\", expected the name of a " + what + nearest_hint(name, names));
}

}  // namespace rowflow

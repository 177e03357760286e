// Messages about names that do not exist.
#pragma once

#include <string>
#include <vector>

namespace rowflow {

/// Throws InputError(where, "found X, expected the name of a <what>; did you mean Y?") when `name` is not among `names`.
void require_known_name(const std::string& where, const std::string& what, const std::string& name, const std::vector<std::string>& names);

}  // namespace rowflow

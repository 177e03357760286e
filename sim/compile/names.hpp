// Messages about names that do not exist.
#pragma once

#include <string>
#include <vector>

namespace rowflow {

/// The name with the smallest edit distance, or "" when none is near enough to be a slip of the pen.
std::string nearest_name(const std::string& name, const std::vector<std::string>& names);

/// Throws InputError(where, "found no <what> X…; did you mean Y?") when `name` is not among `names`.
void require_known_name(const std::string& where, const std::string& what, const std::string& name, const std::vector<std::string>& names);

}  // namespace rowflow

// The hint at the end of a message: "did you mean …?".
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rowflow {

/// The candidate that `name` is most likely a slip of: least edit distance (insert, delete, replace, swap of
/// neighbours; case ignored), if that is at most a third of the name's length, rounded up. Ties go to the earlier
/// candidate.
std::optional<std::string> nearest_name(const std::string& name, const std::vector<std::string>& candidates);

/// "; did you mean "x"?", or nothing when no candidate is near.
std::string nearest_hint(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace rowflow

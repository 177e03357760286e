// --contexts FILE: {"begin": ["block3.expand", …]}: the layers, or stages, that every context but the first begins
// with.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rowflow {

/// At least one name. Throws InputError with file and pointer.
std::vector<std::string> contexts_from(const nlohmann::json& document, const std::string& file);

}  // namespace rowflow

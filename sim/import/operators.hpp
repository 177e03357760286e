// What each operator does: one function an operator, looked up by name.
#pragma once

#include <string>

#include "sim/import/importer.hpp"

namespace rowflow {

using Operator = void (*)(Importer&);

/// Null when the operator is not covered.
Operator find_operator(const std::string& name);

/// Why an operator is refused.
std::string refusal_reason(const std::string& name);

}  // namespace rowflow

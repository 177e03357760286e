// What `rowflow size` prints for people.
#pragma once

#include <string>

#include "sim/metrics/size_result.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// Target, answer and guarantee, the front if asked for, and the buffers that take most; at most 100 columns.
std::string size_text(const SizeResult& result, const TextStyle& style = {});

}  // namespace rowflow

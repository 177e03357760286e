// What `rowflow size` prints for other programs, and the file that `run --buffers` takes.
#pragma once

#include <string>

#include "sim/metrics/size_result.hpp"

namespace rowflow {

/// Schema rowflow.size/2: one object.
std::string size_json(const SizeResult& result);

/// configs/schemas/buffers.schema.json: every buffer of the plan with its capacity.
std::string buffers_file(const Plan& plan);

}  // namespace rowflow

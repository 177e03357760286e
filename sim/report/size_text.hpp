// What `rowflow size` prints, and the file that `run --buffers` takes.
#pragma once

#include <string>

#include "sim/metrics/size_result.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// Target, answer and guarantee, the front if asked for, and the buffers that take most; at most 100 columns.
std::string size_text(const SizeResult& result, const TextStyle& style = {});

/// Schema rowflow.size/2: one object.
std::string size_json(const SizeResult& result);

/// configs/schemas/buffers.schema.json: every buffer of the plan with its capacity.
std::string buffers_file(const Plan& plan);

}  // namespace rowflow

// What tune found: as text, and as schema rowflow.tune/3.
#pragma once

#include <string>

#include "sim/metrics/tune_result.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

std::string tune_text(const TuneResult& result, const TextStyle& style);
std::string tune_json(const TuneResult& result);

}  // namespace rowflow

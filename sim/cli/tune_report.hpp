// What tune found: as text, and as schema rowflow.tune/1.
#pragma once

#include <string>

#include "sim/explore/tune.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

std::string tune_text(const TuneResult& result, const TuneOptions& options, const TextStyle& style);
std::string tune_json(const TuneResult& result, const TuneOptions& options);

}  // namespace rowflow

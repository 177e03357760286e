// The lists inside a result's JSON object: blocks, stages, buffers, bottleneck, deadlock.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// An integer, "full" or "mixed".
nlohmann::ordered_json tile_height_json(const Plan& plan);
nlohmann::ordered_json pipeline_buffering_json(const Plan& plan);
nlohmann::ordered_json se_blocks_json(const RunResult& result);
nlohmann::ordered_json stages_json(const RunResult& result);
nlohmann::ordered_json buffers_json(const RunResult& result);
nlohmann::ordered_json bottleneck_json(const RunResult& result);
/// Only for a result that has a deadlock.
nlohmann::ordered_json deadlock_json(const RunResult& result);

}  // namespace rowflow

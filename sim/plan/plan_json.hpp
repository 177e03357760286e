// The JSON of a plan: schema rowflow.plan/1.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// One JSON document, complete: evaluating rules T1–T6 on it reproduces a run to the cycle. Beyond the fixed keys it
/// gives source.row_remainder (T6: row r no earlier than f·frame_period + r·row_interval + ⌊r·row_remainder/rows⌋),
/// bounds, se_blocks.
std::string plan_to_json(const Plan& plan);
/// The same as a document.
nlohmann::ordered_json plan_document(const Plan& plan);
/// What a plan says of its network; "further_inputs" where it has several.
nlohmann::ordered_json network_json(const NetworkSummary& network);

}  // namespace rowflow

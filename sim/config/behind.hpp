// What stands behind a figure of a result.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rowflow {

/// The stage, layer or buffer that the field at a JSON pointer is of; of a figure of the whole: of throughput and
/// latency the stage that sets the pace, of buffer memory the largest buffer, of energy the stage that takes most.
/// Empty when there is none. `result`: of schema rowflow.result/1.
std::string behind(const nlohmann::ordered_json& result, const std::string& pointer);

}  // namespace rowflow

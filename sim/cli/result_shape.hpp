// What a document of schema rowflow.result/1 has in it, for those who read one that exists already.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rowflow {

/// Throws InputError with `place` and JSON pointer where a member is missing or of another type than rowflow run
/// writes. More members are no fault.
void check_result_shape(const nlohmann::ordered_json& result, const std::string& place);

}  // namespace rowflow

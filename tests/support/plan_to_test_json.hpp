// The few parts of rowflow.plan/1 that the oracle reads, written independently of the program's own writer.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "sim/plan/plan.hpp"

namespace rowflow::test {

nlohmann::json plan_to_test_json(const Plan& plan);

}  // namespace rowflow::test

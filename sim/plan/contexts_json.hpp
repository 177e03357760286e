// The JSON of a plan in several contexts: schema rowflow.plan/2.
#pragma once

#include <string>

#include "sim/plan/contexts.hpp"

namespace rowflow {

/// One JSON document, complete: of each context "plan" is a rowflow.plan/1 document, and rule T19 on switch_cycles,
/// reload_cycles and the completions of these plans gives the time of every batch.
std::string contexts_to_json(const Contexts& contexts);

}  // namespace rowflow

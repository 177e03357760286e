// One plan, for people.
#pragma once

#include <string>

#include "sim/plan/contexts.hpp"
#include "sim/report/table.hpp"
#include "sim/report/verdict.hpp"

namespace rowflow {

/// The compiled pipeline: stages, buffers, what they take of the device. Not simulated.
std::string plan_text(const Plan& plan, const TextStyle& style = {}, const NextStep& next = {});
/// The same of each of several contexts.
std::string contexts_plan_text(const Contexts& contexts, const TextStyle& style = {}, const NextStep& next = {});

}  // namespace rowflow

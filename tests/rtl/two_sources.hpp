// Pipelines with two sources: the one that is measured, and one that reads what is there already (T17).
#pragma once

#include <string>
#include <vector>

#include "sim/plan/plan.hpp"
#include "tests/rtl/configuration.hpp"

namespace rowflow::rtl {

/// The plan of a configuration with a second source.
Plan plan_of_two_sources(const Configuration& c);

/// What differs between row-synchronous hardware and the simulator on so many drawn pipelines with a second source,
/// each with plain SE and two tile heights: completions, verdicts and peaks, a line each. Both have to be alike, and
/// the second source has to wait now and then, and to be waited for.
std::vector<std::string> two_source_failures(int pipelines, int frames);

}  // namespace rowflow::rtl

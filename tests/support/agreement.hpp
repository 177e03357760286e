// Compares what the simulator measured with what the oracle computed, to the cycle.
#pragma once

#include <string>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"
#include "tests/support/oracle.hpp"

namespace rowflow::test {

/// Every difference in times, accounts (T9), occupancy (T10) and verdict (T12), a line each; empty when they agree.
std::string differences(const Plan& plan, const Measurement& measured, const oracle::Result& expected);

/// Every way in which the measured throughput claims more than, or other than, the oracle's proven period (T11).
/// `horizon` is the number of frames among which `expected` was looked for.
std::string throughput_differences(const Measurement& measured, const std::optional<oracle::Period>& expected,
                                   int horizon);

/// Every difference in steady figures (T9, T10).
std::string steady_differences(const Plan& plan, const Measurement& measured, const oracle::Regime& expected);

}  // namespace rowflow::test

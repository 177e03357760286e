// A timeline in the Trace Event Format that Perfetto (ui.perfetto.dev) and chrome://tracing open. One microsecond of
// the viewer is one core-clock cycle, so that every stamp is exact.
#pragma once

#include <cstddef>
#include <string>

#include "sim/metrics/timeline.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

struct TraceLimits {
  std::size_t most_events = 2'000'000;  ///< about 250 MB; what is beyond is left out, and otherData.truncated says so
};

/// Process "stages": a track per stage with complete events busy, starved, blocked (args: frame, step, the blamed
/// buffer), and a flow per frame from its first step to its last. Process "buffers": a counter track per buffer (rows
/// held). Throws InputError when the file cannot be written.
void write_trace(const std::string& path, const Plan& plan, const Timeline& timeline, const TraceLimits& limits = {});

}  // namespace rowflow

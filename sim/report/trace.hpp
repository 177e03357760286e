// A timeline in the Trace Event Format that Perfetto (ui.perfetto.dev) and chrome://tracing open. Times are real: core
// cycles over the device's clock, in microseconds to the picosecond; the stamps in cycles stand in the slices' args.
#pragma once

#include <cstddef>
#include <string>

#include "sim/metrics/run_result.hpp"
#include "sim/metrics/timeline.hpp"

namespace rowflow {

struct TraceLimits {
  std::size_t most_events = 2'000'000;  ///< about 250 MB; what is beyond is left out, and otherData.truncated says so
};

/// Process "stages": a track per stage with complete events, busy ones named "frame F row R" (the row that the step
/// makes, or of a sink takes), others starved or blocked (category busy, starved or blocked; args: frame, step, row,
/// cycle, the blamed buffer), and a flow per frame from its first step to its last. Process "buffers": a counter track
/// per buffer (rows held). Of several contexts (T17) both processes a context, named by it, and before them the process
/// "contexts", which says what the device is switched to. Throws InputError when the file cannot be written.
void write_trace(const std::string& path, const RunResult& result, const Timeline& timeline,
                 const TraceLimits& limits = {});

}  // namespace rowflow

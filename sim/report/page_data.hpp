// What the HTML report shows of one design point, as JSON; thinned for display without losing peaks.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "sim/metrics/run_result.hpp"
#include "sim/metrics/timeline.hpp"

namespace rowflow {

/// What to record of a finished run for its page.
struct PageWindows {
  int frame = 0;       ///< the last frame of the steady regime; in a deadlock the one that it stopped
  Timeline first;      ///< frame 0 in the empty pipeline; not of a deadlock
  Timeline steady;     ///< `frame`
  Timeline occupancy;  ///< all that happens in two steady intervals; in the whole run of a deadlock
};
/// Nothing but `frame` and the window of `occupancy` is set.
PageWindows page_windows(const Measurement& run);
/// Of several contexts: a batch from its start to its end.
PageWindows batch_windows(const Measurement& run);

/// {flight{first, steady, stuck}, occupancy}: per stage the times at which it passed each eighth of the frame's steps
/// (stuck: the frame of a deadlock, as far as it came; else null); per buffer the most and the least rows held in each
/// of up to 240 equal parts of the window. `windows` recorded.
nlohmann::ordered_json page_timeline(const Plan& plan, const Measurement& run, const PageWindows& windows);

/// What a result is called on a page: by its tile height, as asked if that is not empty, and the mode of its gates; a
/// network without SE blocks by its name.
std::string page_label(const nlohmann::ordered_json& result, const std::string& asked = "");

/// {label, result, iso_memory, timeline, floor, begins, explain}. `result` is of schema rowflow.result/1, without the
/// figures no chart shows; the others null until somebody has them.
nlohmann::ordered_json page_point(const std::string& label, nlohmann::ordered_json result);

/// What lies where: {contexts[{clusters, limit, device_clusters, cuts, l4_limit_cuts}], stages}, `stages` the cluster
/// of each stage's output, −1 for those that lie nowhere; null without a placement.
nlohmann::ordered_json page_floor(const RunResult& result);

/// When each context may start its first frame of a batch (T19), cycles; null of one context.
nlohmann::ordered_json page_begins(const RunResult& result);

/// The part of a result that is compared at equal memory.
nlohmann::ordered_json page_iso_memory(const nlohmann::ordered_json& result);

}  // namespace rowflow

// Rule T9, kept while the simulation runs: where a stage's time went, and what bound each of its steps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/base/units.hpp"

namespace rowflow {

/// The term of T2 that bound a step's start: its own unit, the source's schedule, or a port (inputs first, then
/// outputs).
using Binding = std::uint16_t;
inline constexpr Binding bound_by_unit = 0;
inline constexpr Binding bound_by_schedule = 1;
inline constexpr Binding bound_by_port = 2;  ///< + port

struct Activity {
  /// Waiting time since the start of the run by what was waited for: element binding−1, that is the source's schedule
  /// (starved, charged to no buffer), then starved by input port, then blocked by output port.
  std::vector<Cycles> waits;
  // Of frames from first_frame on: those before have been forgotten.
  int first_frame = 0;
  std::vector<Cycles> frame_start;  ///< start of step 0
  std::vector<Cycles> frame_end;    ///< end of step N−1
  std::vector<Cycles> frame_waits;  ///< `waits` at the end of step N−1: waits.size() figures a frame
  std::vector<Cycles> frame_freed;  ///< free times of the input buffers' last slots then: part of rule T11's state
  std::vector<std::size_t> frame_freed_begin;  ///< where each frame's figures begin in frame_freed
  std::int64_t steps = 0;                      ///< executed

  std::size_t index(int frame) const { return static_cast<std::size_t>(frame - first_frame); }

  /// Frames before this one, which has ended: a long run keeps the newest alone.
  void forget_before(int frame) {
    const auto count = static_cast<std::ptrdiff_t>(index(frame));
    if (count <= 0) return;
    frame_start.erase(frame_start.begin(), frame_start.begin() + count);
    frame_end.erase(frame_end.begin(), frame_end.begin() + count);
    const auto width = static_cast<std::ptrdiff_t>(waits.size());
    frame_waits.erase(frame_waits.begin(), frame_waits.begin() + count * width);
    const std::size_t freed = frame_freed_begin[index(frame)];
    frame_freed.erase(frame_freed.begin(), frame_freed.begin() + static_cast<std::ptrdiff_t>(freed));
    frame_freed_begin.erase(frame_freed_begin.begin(), frame_freed_begin.begin() + count);
    for (std::size_t& begin : frame_freed_begin) begin -= freed;
    first_frame = frame;
  }

  /// Nothing has happened yet, nothing was waited for. Keeps its memory.
  void restart() {
    std::fill(waits.begin(), waits.end(), 0);
    for (auto* times : {&frame_start, &frame_end, &frame_waits, &frame_freed}) times->clear();
    frame_freed_begin.clear();
    first_frame = 0;
    steps = 0;
  }
};

}  // namespace rowflow

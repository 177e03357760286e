// Whether two runs measured the same: every integer, and every figure derived from integers.
#pragma once

#include <tuple>

#include "sim/metrics/run_result.hpp"

namespace rowflow::test {

inline auto fields(const StallCause& s) { return std::tie(s.buffer, s.kind, s.cycles, s.steady_cycles); }
inline auto fields(const StageActivity& a) {
  return std::tie(a.busy, a.starved, a.blocked, a.done, a.steady_busy, a.steady_starved, a.steady_blocked,
                  a.utilization);
}
inline auto fields(const Occupancy& o) {
  return std::tie(o.peak_rows, o.mean_rows, o.full_cycles, o.steady_peak_rows, o.steady_mean_rows,
                  o.steady_full_cycles);
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (fields(a[i]) != fields(b[i])) return false;
  }
  return true;
}

inline bool same(const Measurement& a, const Measurement& b) {
  bool stalls = a.stages.size() == b.stages.size();
  for (std::size_t s = 0; stalls && s < a.stages.size(); ++s) stalls = same(a.stages[s].stalls, b.stages[s].stalls);
  return stalls && a.completed == b.completed && a.frames == b.frames && a.elapsed == b.elapsed &&
         a.frame_start == b.frame_start && a.frame_source_end == b.frame_source_end &&
         a.frame_completion == b.frame_completion && same(a.stages, b.stages) && same(a.buffers, b.buffers) &&
         a.steps_executed == b.steps_executed;
}

}  // namespace rowflow::test

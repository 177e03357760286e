// What happened when, step by step: recorded only on request, and enough to derive every busy, starved and blocked
// slice (T9) and every change of every buffer's occupancy (T10) exactly. Pure: the models fill it, reports read it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// T2 for one executed step.
struct StepStamp {
  Cycles start = 0;
  Cycles rows_at = 0;  ///< when the last row it needs was visible (a paced source: when its schedule offered the row)
  std::int16_t rows_port = -1;   ///< the input that was last; -1: none, or the source's schedule
  std::int16_t space_port = -1;  ///< the output whose slot was free last; -1: none was waited for
};

/// T16: what a step's end waited for beyond its cost.
struct StepEnd {
  Cycles rows_until = 0;                         ///< starved from start + cost until then
  Cycles at = 0;                                 ///< the end: blocked from rows_until until then
  std::int16_t rows_port = -1, space_port = -1;  ///< which input and output had the latest; read where there is a wait
};

/// Steps of one stage, consecutive from step `first_step` (counted through all frames) on.
struct StageTimeline {
  std::int64_t first_step = 0;
  Cycles idle_from = 0;  ///< end of the step before the first recorded one
  std::vector<StepStamp> steps;
  std::vector<StepEnd>
      ends;  ///< of a stage with forwarded buffers, one a step; empty: a step ends its cost after its start
  std::optional<StepStamp> unfinished;  ///< deadlock (T12): the step that never started; its start = the end of the run
};

/// The window is set before the run, the stages are filled by it. A step is recorded when any of its waiting or working
/// lies in [from, to], or a slot it frees does.
struct Timeline {
  Cycles from = 0;
  Cycles to = std::numeric_limits<Cycles>::max();
  int only_frame = -1;                 ///< none but its steps: of a long pipeline that is full, few; -1: of all frames
  std::size_t most_steps = 4'000'000;  ///< of one stage; later ones are left out and `truncated` is set
  bool truncated = false;
  std::vector<StageTimeline> stages;  ///< index = Plan::stages
};

enum class Doing { busy, starved, blocked };

/// What a stage did in [begin, end).
struct Slice {
  Cycles begin = 0, end = 0;
  Doing doing = Doing::busy;
  int buffer = -1;        ///< the blamed buffer; -1: none, or the source's schedule
  std::int64_t step = 0;  ///< counted through all frames: the step worked on, or waited for
};

/// When recorded step `index` of a stage ended.
Cycles end_of_step(const Stage& stage, const StageTimeline& recorded, std::size_t index);

/// In order of time, without gaps, none empty; cut to the timeline's window.
std::vector<Slice> slices(const Plan& plan, const Timeline& timeline, int stage);

/// Rows in a buffer from `at` until the next change.
struct Level {
  Cycles at = 0;
  Rows rows = 0;
};

/// Occupancy of a buffer (T10), beginning with the level at timeline.from; one entry a change, up to timeline.to.
std::vector<Level> levels(const Plan& plan, const Timeline& timeline, int buffer);

/// How many frames more the source must work on so that the pipeline does not drain before the run's last frame is
/// complete.
int frames_to_stay_full(const Measurement& run);

/// From the start of frame `first` to the completion of frame `last` of a finished run.
Timeline frames_window(const Measurement& run, int first, int last);

}  // namespace rowflow

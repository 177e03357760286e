#include "sim/run/run.hpp"

#include <algorithm>
#include <memory>

#include "models/accelerator.hpp"
#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/graph/evaluate_events.hpp"
#include "sim/plan/time_bound.hpp"
#include "sim/run/kernel_context.hpp"
#include "sim/run/second_opinion.hpp"
#include "sim/run/simulation.hpp"

namespace rowflow {

namespace {

constexpr Rows most_rows = Rows{1} << 22;  // of all buffers; a ring takes about 100 bytes a row

/// Modules and the kernel they live in.
struct Elaborated {
  Elaborated(const Plan& plan, ModelTiming timing) : accelerator("accelerator", plan, timing) {}
  KernelContext context;
  Accelerator accelerator;
};

/// Of the last decoupled run. Never destroyed at exit: to take so many modules out of their kernel takes longer than
/// most runs.
std::unique_ptr<Elaborated>& kept = *new std::unique_ptr<Elaborated>;

/// A run that is ahead of the kernel's time (T13) leaves that at 0 and no event pending, and all other state is in the
/// modules: the next plan of the same structure, of a sweep or a search for depths, runs on the same ones. To build
/// them costs more than such a run.
Measurement simulate_decoupled(const EventGraph& graph, const RunOptions& options) {
  const Plan& plan = graph.plan();
  std::unique_ptr<Elaborated> elaborated = std::move(kept);  // gone, should the run throw
  if (elaborated && elaborated->accelerator.has_structure_of(plan)) {
    elaborated->accelerator.restart(plan);
  } else {
    elaborated.reset();
    elaborated = std::make_unique<Elaborated>(plan, ModelTiming::decoupled);
  }
  Measurement measured = Simulation(graph, options, elaborated->accelerator).run();
  kept = std::move(elaborated);
  return measured;
}

Measurement simulate_once(const EventGraph& graph, const RunOptions& options) {
  if (options.timing == Timing::decoupled) return simulate_decoupled(graph, options);
  kept.reset();  // never two kernels at once
  Elaborated elaborated(graph.plan(), ModelTiming::synchronous);
  return Simulation(graph, options, elaborated.accelerator).run();
}

/// simulate() of the graph's plan, which has been found measurable.
Measurement simulate_on(const EventGraph& graph, const RunOptions& options) {
  if (options.timing == Timing::synchronous && options.frames == 0) {
    // In step with the clock no frame can be added once its time has passed: the number of frames is found running
    // ahead.
    auto in_step = options;
    in_step.frames = simulate_once(graph, {Timing::decoupled, 0}).frames;
    return simulate_once(graph, in_step);
  }
  return simulate_once(graph, options);
}

Measurement by_events(const EventGraph& graph, const RunOptions& options) {
  EventOptions asked;
  asked.frames = options.frames;
  asked.until_proven = options.until_proven;
  asked.accounts = options.accounts;
  asked.keeps = options.keeps;
  return evaluate_events(graph, asked);
}

/// In step with the clock a forwarded step may be taken after its own start (T16): nothing could show it from there on.
void refuse_forwarded(const Plan& plan) {
  for (const Buffer& buffer : plan.buffers)
    if (buffer.forwarding)
      throw InputError(plan.device.name, "found row_forwarding true, expected false for waveforms");
}

void refuse_too_many_rows(const Plan& plan) {
  Rows rows = 0;
  for (const Buffer& buffer : plan.buffers) {
    rows += buffer.capacity_rows;
    if (rows > most_rows)
      throw InputError("buffer " + buffer.name, "found " + std::to_string(rows) +
                                                    " rows of capacity up to here, expected at most " +
                                                    std::to_string(most_rows) + " in all buffers together");
  }
}

/// The second may have had more frames or fewer.
void check_repeated(const Measurement& first, const Measurement& again) {
  const std::size_t both = std::min(first.frame_completion.size(), again.frame_completion.size());
  const bool frames_same =
      std::equal(first.frame_completion.begin(), first.frame_completion.begin() + static_cast<std::ptrdiff_t>(both),
                 again.frame_completion.begin());
  const bool all_there = first.frames <= again.frames ? both == first.frame_completion.size()
                                                      : both == static_cast<std::size_t>(again.frames);
  if (frames_same && all_there && (first.frames != again.frames || first.elapsed == again.elapsed)) return;
  throw Defect("recording a run changed it: " + std::to_string(again.elapsed) + " cycles for " +
               std::to_string(again.frames) + " frames, before " + std::to_string(first.elapsed) + " for " +
               std::to_string(first.frames));
}

}  // namespace

void require_measurable(const Plan& plan, int frames) {
  check_plan(plan);
  require_bounded_times(plan, frames);
  refuse_too_many_rows(plan);
}

Measurement simulate(const Plan& plan, const RunOptions& options) {
  require_measurable(plan, options.frames);
  return simulate_on(EventGraph(plan), options);
}

Measurement measure(const Plan& plan, const RunOptions& options) {
  require_measurable(plan, options.frames);
  return measure(EventGraph(plan), options);
}

Measurement measure(const EventGraph& graph, const RunOptions& options) {
  if (options.engine == Engine::events && graph.usable()) return by_events(graph, options);
  Measurement model = simulate_on(graph, options);
  compare_with_events(graph, model);
  return model;
}

Measurement measure_interval(const Plan& plan, int frames) {
  require_measurable(plan, frames);
  return measure_interval(EventGraph(plan), frames);
}

Measurement measure_interval(const EventGraph& graph, int frames) {
  RunOptions options;
  options.frames = frames;
  options.engine = Engine::events;
  options.accounts = false;
  return measure(graph, options);
}

Timeline record_timeline(const Plan& plan, const Measurement& run, Timeline window, int more_frames) {
  check_repeated(run, simulate(plan, {Timing::decoupled, run.frames + more_frames, nullptr, &window}));
  return window;
}

Timeline record_frame(const Plan& plan, const Measurement& run, int frame) {
  Timeline recorded;
  recorded.only_frame = frame;
  // No frame depends on later ones; what a deadlock lets through of its last frames does.
  const int frames = run.completed ? frame + 1 : run.frames;
  check_repeated(run, simulate(plan, {Timing::decoupled, frames, nullptr, &recorded}));
  recorded.to = run.completed ? run.frame_completion.at(static_cast<std::size_t>(frame)) : run.elapsed;
  return recorded;
}

void record_waveforms(const Plan& plan, const Measurement& run, const std::string& path) {
  refuse_forwarded(plan);
  write_whole_file(path, [&](FileOutput& out) {
    check_repeated(run, simulate(plan, {Timing::synchronous, run.frames, &out, nullptr}));
  });
}

}  // namespace rowflow

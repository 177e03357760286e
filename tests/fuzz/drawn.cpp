// Random networks on random devices, all the way: what two timings, two engines and a run with waveforms say is one.
#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/run/run.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/random_network.hpp"

namespace rowflow::fuzz {

namespace {

void require(bool holds, std::uint64_t number, const std::string& what) {
  if (!holds) throw Defect(fmt::format("number {}: {}", number, what));
}

/// The run again in step with the clock, and once more while waveforms are written.
void check_timings(const Plan& plan, const Measurement& run, std::uint64_t number) {
  const int frames = std::min(run.frames, 4);
  const Measurement ahead = simulate(plan, {Timing::decoupled, frames}),
                    clocked = simulate(plan, {Timing::synchronous, frames});
  require(ahead.completed == clocked.completed && ahead.frame_completion == clocked.frame_completion, number,
          "two timings differ");
  for (std::size_t b = 0; b < ahead.buffers.size(); ++b)
    require(ahead.buffers[b].peak_rows == clocked.buffers[b].peak_rows, number,
            "peaks of two timings differ: " + plan.buffers[b].name);
  if (clocked.completed && !is_forwarded(plan)) record_waveforms(plan, ahead, "/dev/null");
}

}  // namespace

void evaluate_drawn(std::uint64_t number) {
  test::RandomDraw draw(number);
  const Network network = test::random_network(number);
  Device device = test::random_device(number);
  device.row_forwarding = draw.one_in(4);
  EvaluateOptions options;
  options.buffers = std::vector<std::string>{"minimal", "full-rate", "best"}[static_cast<std::size_t>(draw(0, 2))];
  options.fit = std::vector<std::string>{"assume", "require", "contexts"}[static_cast<std::size_t>(draw(0, 2))];
  options.batch = static_cast<int>(draw(1, 9));
  options.frames = draw.one_in(3) ? static_cast<int>(draw(1, 20)) : 0;
  options.until_proven = draw.one_in(4);
  if (draw.one_in(4)) options.buffer_budget = draw(100, 100'000);
  const RunResult result = evaluate(network, device, options);  // compares the engines itself (measure)
  if (result.status == RunStatus::does_not_fit) return;
  if (!result.several) return check_timings(result.plan, result.saturated, number);
  for (const ContextResult& context : result.several->list) check_timings(context.context.plan, context.run, number);
}

}  // namespace rowflow::fuzz

#include "tests/rtl/comparison.hpp"

#include <atomic>
#include <thread>

#include "sim/base/integer.hpp"
#include "sim/run/run.hpp"
#include "tests/rtl/forwarding.hpp"
#include "tests/rtl/plan_of.hpp"

namespace rowflow::rtl {
namespace {

Figures figures(const Configuration& c, const RtlRun& run) {
  Figures f;
  f.deadlock = run.deadlock;
  f.completion = run.completion;
  for (int e = 0; e < edge_count; ++e)
    if (buffer_of(c, e) < 0)
      f.peak.emplace_back();
    else
      f.peak.emplace_back(static_cast<int>(ceil_div(run.peak[e], c.row_beats(e))));
  return f;
}

template <class PeakOf>
std::vector<std::optional<int>> peaks(const Configuration& c, PeakOf peak_of) {
  std::vector<std::optional<int>> peak;
  for (int e = 0; e < edge_count; ++e) {
    const int b = buffer_of(c, e);
    peak.push_back(b < 0 ? std::nullopt : std::optional<int>(static_cast<int>(peak_of(static_cast<std::size_t>(b)))));
  }
  return peak;
}

Figures figures(const Configuration& c, const RuleRun& run) {
  return {run.deadlock, run.completion, peaks(c, [&](std::size_t b) { return run.peak[b]; })};
}

void simulate_all(Comparison& x, int frames) {
  const Configuration& c = x.configuration;
  const Plan plan = plan_of(c);
  check_plan(plan);
  RunOptions options;
  options.frames = frames;
  const Measurement m = simulate(plan, options);
  x.simulator = {!m.completed, m.frame_completion, peaks(c, [&](std::size_t b) { return m.buffers[b].peak_rows; })};
  if (m.completed)
    if (const auto interval = simulate(plan).throughput.interval) x.proven = interval->value();
  const std::vector<ForwardEdge> edges = forward_edges(c);
  x.second = figures(c, evaluate(plan, frames, Rule::rows, edges));
  x.forward_data = figures(c, evaluate(plan, frames, Rule::forward_data, edges));
  x.forward = figures(c, evaluate(plan_of(c, Leftovers::own_step), frames, Rule::forward_both, edges));
  Plan deeper = plan_of(c, Leftovers::own_step);
  for (Buffer& buffer : deeper.buffers) buffer.capacity_rows += buffer.role == BufferRole::vector ? 0 : 1;
  x.deeper = figures(c, evaluate(deeper, frames, Rule::rows, edges));
}

}  // namespace

double Figures::interval() const {
  const std::size_t last = completion.size() - 1, half = completion.size() / 2;
  return static_cast<double>(completion[last] - completion[last - half]) / static_cast<double>(half);
}

std::vector<Comparison> compare_all(const std::vector<Configuration>& grid, int frames, int jobs) {
  std::vector<Comparison> all(grid.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < grid.size(); i = next++) {
      all[i].configuration = grid[i];
      all[i].rtl_rows = run_rtl(grid[i], HandOver::rows, frames);
      all[i].rtl_pixels = run_rtl(grid[i], HandOver::pixels, frames);
      all[i].rows = figures(grid[i], all[i].rtl_rows);
      all[i].pixels = figures(grid[i], all[i].rtl_pixels);
    }
  };
  std::vector<std::thread> threads;
  for (int j = 0; j < jobs; ++j) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  for (Comparison& x : all) simulate_all(x, frames);
  return all;
}

}  // namespace rowflow::rtl

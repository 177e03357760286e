#include "sim/studies/tune/buffer_bound.hpp"

#include <algorithm>
#include <limits>

#include "sim/base/integer.hpp"

namespace rowflow {

namespace {

constexpr Cycles never = std::numeric_limits<Cycles>::min() / 2;  // before anything that the bound looks at

/// Of cumulative counts: the first step that reaches `rows`.
std::size_t step_reaching(const std::vector<Rows>& counts, Rows rows) {
  return static_cast<std::size_t>(std::lower_bound(counts.begin(), counts.end(), rows) - counts.begin());
}

}  // namespace

BufferBound::BufferBound(const Plan& plan, std::vector<Cycles> features_late)
    : plan_(plan),
      features_late_(std::move(features_late)),
      ends_(plan.buffers.size()),
      into_(plan.stages.size()),
      out_of_(plan.stages.size()) {
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    for (const StageInput& input : plan.stages[s].inputs) {
      ends_[static_cast<std::size_t>(input.buffer)].input = &input;
      into_[s].push_back(input.buffer);
    }
    for (const StageOutput& output : plan.stages[s].outputs) {
      ends_[static_cast<std::size_t>(output.buffer)].output = &output;
      out_of_[s].push_back(output.buffer);
    }
  }
}

std::vector<int> BufferBound::stages_between(int buffer) const {
  const int from = plan_.buffers[buffer].from, to = plan_.buffers[buffer].to;
  std::vector<char> after(plan_.stages.size(), 0), ahead(plan_.stages.size(), 0);
  after[from] = 1;
  ahead[to] = 1;
  for (int s = from + 1; s <= to; ++s) {
    for (const int b : into_[s]) after[s] = after[s] || after[plan_.buffers[b].from];
  }
  for (int s = to - 1; s >= from; --s) {
    for (const int b : out_of_[s]) ahead[s] = ahead[s] || ahead[plan_.buffers[b].to];
  }
  std::vector<int> stages;
  for (int s = from; s <= to; ++s) {
    if (after[s] && ahead[s]) stages.push_back(s);
  }
  return stages;
}

Rows BufferBound::least_rows(int buffer, Cycles period) const {
  const std::vector<int> stages = stages_between(buffer);
  if (plan_.buffers[buffer].forwarding) return 1;
  return std::max({Rows{1}, live_rows(buffer), mean_rows(buffer, stages, period), burst_rows(buffer)});
}

/// Before the consumer's step j can end, the producer must have done all that step j waits for, on whatever way; of
/// that, only what steps before j released has left.
Rows BufferBound::live_rows(int buffer) const {
  const std::vector<int> stages = stages_between(buffer);
  const StageInput& input = *ends_[buffer].input;
  std::vector<std::size_t> done(plan_.stages.size(), 0);  // steps that must be done, of the stages between
  std::vector<char> between(plan_.stages.size(), 0);
  for (const int s : stages) between[s] = 1;
  Rows most = 1;
  for (std::size_t j = 0; j < input.needs.size(); ++j) {
    for (std::size_t k = stages.size() - 1; k-- > 0;) {
      std::size_t steps = 0;
      for (const int b : out_of_[stages[k]]) {
        const int reader = plan_.buffers[b].to;
        if (!between[reader]) continue;
        const auto& needs = ends_[b].input->needs;
        const Rows rows = reader == stages.back() ? needs[j] : done[reader] > 0 ? needs[done[reader] - 1] : 0;
        if (rows > 0) steps = std::max(steps, step_reaching(ends_[b].output->emits, rows) + 1);
      }
      done[stages[k]] = steps;
    }
    const std::size_t steps = done[stages.front()];
    const Rows written = steps > 0 ? ends_[buffer].output->emits[steps - 1] : 0;
    most = std::max(most, written - (j > 0 ? input.releases[j - 1] : 0));
  }
  return most;
}

/// From the start of the step that writes the row to the end of the one that releases it: the longest way through the
/// stages between, the producer going on without a pause and nothing else in the way.
Cycles BufferBound::least_stay(int buffer, Rows row, const std::vector<int>& stages) const {
  const std::size_t write = step_reaching(ends_[buffer].output->emits, row + 1),
                    release = step_reaching(ends_[buffer].input->releases, row + 1);
  std::vector<std::vector<Cycles>> starts(plan_.stages.size());
  for (const int s : stages) {
    const Stage& stage = plan_.stages[s];
    const bool first = s == stages.front(), last = s == stages.back();
    const std::size_t steps = last ? release + 1 : stage.steps();
    Cycles free = never;
    starts[s].resize(steps);
    const std::vector<int> inputs = first ? std::vector<int>{} : into_[s];
    for (std::size_t m = 0; m < steps; ++m) {
      Cycles start = first && m >= write ? std::max<Cycles>(free, 0) : free;
      for (const int b : inputs) {
        const int producer = plan_.buffers[b].from;
        if (starts[producer].empty() || ends_[b].input->needs[m] == 0) continue;
        const std::size_t k = step_reaching(ends_[b].output->emits, ends_[b].input->needs[m]);
        const Cycles written = starts[producer][k];
        if (written == never) continue;
        const Stage& p = plan_.stages[producer];
        start = std::max(start, written + p.cost[k] + p.latency + plan_.buffers[b].transfer_latency);
      }
      starts[s][m] = start;
      free = start == never ? never : start + stage.cost[m];
    }
  }
  const Cycles own = plan_.stages[stages.front()].cost[write], released = starts[stages.back()][release];
  return std::max(own, released == never ? 0 : released + plan_.stages[stages.back()].cost[release]);
}

Rows BufferBound::mean_rows(int buffer, const std::vector<int>& stages, Cycles period) const {
  Cycles stays = 0;
  for (Rows row = 0; row < plan_.buffers[buffer].rows_per_frame; ++row)
    stays += least_stay(buffer, row, stages) + plan_.buffers[buffer].credit_latency;
  return ceil_div(stays, period);
}

/// Steps that need no more than the step before start when it ends; so do the rows of a tile in a scale that has them
/// already.
std::vector<BufferBound::Run> BufferBound::runs_of(int index) const {
  const Stage& stage = plan_.stages[index];
  Rows tile = 0;
  for (std::size_t k = 0; k < plan_.se_blocks.size(); ++k) {
    if (plan_.se_blocks[k].scale == index && has_features_in_time(k)) tile = plan_.se_blocks[k].tile_height_effective;
  }
  const auto goes_on = [&](std::size_t step) {
    const bool same = std::all_of(stage.inputs.begin(), stage.inputs.end(),
                                  [&](const StageInput& input) { return input.needs[step] == input.needs[step - 1]; });
    return same || (tile > 0 && static_cast<Rows>(step) % tile != 0);
  };
  std::vector<Run> runs;
  if (stage.inputs.empty()) return runs;  // a source has its schedule
  for (std::size_t step = 1; step < stage.steps(); ++step) {
    if (!goes_on(step)) continue;
    if (runs.empty() || runs.back().last + 1 != step) runs.push_back({step - 1, step});
    runs.back().last = step;
  }
  return runs;
}

/// The features are there when the vector comes, because the squeeze has read the same rows.
bool BufferBound::has_features_in_time(std::size_t index) const {
  const SeBlock& block = plan_.se_blocks[index];
  const Cycles late = index < features_late_.size() ? features_late_[index] : 0;
  const Stage &squeeze = plan_.stages[block.squeeze], &scale = plan_.stages[block.scale];
  const Buffer &pooled = plan_.buffers[squeeze.inputs.front().buffer], &bypass = plan_.buffers[block.bypass];
  const bool in_time =
      bypass.transfer_latency + late <= pooled.transfer_latency + squeeze.cost.front() + squeeze.latency;
  return pooled.from == bypass.from && in_time && squeeze.steps() == scale.steps();
}

Rows BufferBound::burst_rows(int buffer) const {
  Rows most = 0;
  for (const Run& run : runs_of(plan_.buffers[buffer].from)) most = std::max(most, pile_of(buffer, run));
  return most;
}

/// Time 0 is the start of the run. The reader has nothing else to wait for and goes on as early as the rows of the run
/// let it.
Rows BufferBound::pile_of(int buffer, const Run& run) const {
  const Buffer& b = plan_.buffers[buffer];
  const Stage &writer = plan_.stages[b.from], &reader = plan_.stages[b.to];
  const StageInput& input = *ends_[buffer].input;
  const std::vector<Rows>& emits = ends_[buffer].output->emits;
  std::vector<Cycles> starts, arrives;  // of the run's steps, and of what they write
  for (std::size_t m = run.first; m <= run.last; ++m) {
    starts.push_back(m == run.first ? 0 : starts.back() + writer.cost[m - 1]);
    arrives.push_back(starts.back() + writer.cost[m] + writer.latency + b.transfer_latency);
  }
  const Rows before = run.first > 0 ? emits[run.first - 1] : 0;
  std::size_t step = step_reaching(input.needs, before + 1);  // the reader's first that waits for the run
  Rows released = step > 0 ? input.releases[step - 1] : 0, most = 0;
  Cycles end = never;
  for (std::size_t m = run.first; m <= run.last; ++m) {
    for (; step < reader.steps(); ++step) {
      const std::size_t wrote = std::min(step_reaching(emits, input.needs[step]), run.last);
      const Cycles ends = std::max(end, arrives[wrote - run.first]) + reader.cost[step];
      if (ends + b.credit_latency > starts[m - run.first]) break;
      end = ends;
      released = input.releases[step];
    }
    most = std::max(most, emits[m] - released);
  }
  return most;
}

}  // namespace rowflow

#include "sim/plan/time_bound.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

__extension__ using Wide = __int128;

constexpr Cycles latest = Cycles{1} << 62;

struct Share {
  Wide cycles = 0;
  std::string where, lower;
};

/// What takes time in one stage's frame, by the figures that say how much.
std::vector<Share> shares_of(const Plan& plan, const Stage& stage) {
  const auto steps = static_cast<Wide>(stage.steps());
  Wide cost = 0, transfer = 0, credit = 0;
  for (const Cycles cycles : stage.cost) cost += cycles;
  for (const StageOutput& output : stage.outputs)
    transfer = std::max<Wide>(transfer, plan.buffers[output.buffer].transfer_latency);
  for (const StageInput& input : stage.inputs)
    credit = std::max<Wide>(credit, plan.buffers[input.buffer].credit_latency);
  const std::string where = "stage " + stage.name;
  return {{cost, where, "the costs of its rows (--costs, or the device's rates, widths, row_overhead and bandwidths)"},
          {steps * stage.latency, where, "its latency (--costs, or the device's latency)"},
          {steps * transfer, where, "the device's transfer_latency"},
          {steps * credit, where, "the device's credit_latency"}};
}

std::string text_of(Wide cycles) { return fmt::format("{:.3g}", static_cast<double>(cycles)); }

}  // namespace

void require_bounded_times(const Plan& plan, int frames) {
  Share largest{plan.pacing.frame_period, "the source's pace", "the time between two frames: a larger --fps"};
  Wide sum = largest.cycles;
  for (const Stage& stage : plan.stages) {
    for (Share& share : shares_of(plan, stage)) {
      sum += share.cycles;
      if (share.cycles > largest.cycles) largest = std::move(share);
    }
  }
  if (sum > most_cycles)
    throw InputError(largest.where,
                     fmt::format("found {} cycles a frame, expected at most {} in all stages together; lower {}",
                                 text_of(largest.cycles), text_of(most_cycles), largest.lower));
  if (frames > 0 && sum * frames > latest)
    throw InputError(largest.where,
                     fmt::format("found {} cycles a frame, too many for {} frames; lower --frames, or {}",
                                 text_of(largest.cycles), frames, largest.lower));
}

void require_bounded_run(Cycles now, int frames) {
  if (now <= most_cycles) return;
  throw InputError(
      "",
      fmt::format("the run comes to {} cycles after {} frames, expected at most {}: lower --frames, or the costs and "
                  "latencies of the device or of --costs",
                  text_of(now), frames, text_of(most_cycles)));
}

}  // namespace rowflow

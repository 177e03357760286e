#include "models/waveforms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/visible_text.hpp"

namespace rowflow {

namespace {

std::string doing_name(const StageModule& stage) { return std::string(stage.name()) + ".doing"; }
std::string rows_name(const RowBuffer& buffer) { return std::string(buffer.name()) + ".rows"; }

/// A name of the plan in a comment: printable, and never the word that ends one.
std::string shown(const std::string& name) {
  std::string text = visible_text(name);
  std::replace(text.begin(), text.end(), '$', '_');
  return text;
}

/// What the file's numbers mean, for whoever opens it.
std::string legend(Accelerator& accelerator, const Plan& plan) {
  std::string text = fmt::format(
      "  {} on {}\n"
      "  1 ps of this file is 1 cycle of the core clock; the clock runs at {} Hz\n"
      "  doing: what a stage does: 0 starved, rows are missing; 1 busy; 2 blocked, space is missing; 3 done\n"
      "  rows: how many rows a buffer holds, of its capacity\n",
      shown(plan.network.name), shown(plan.device.name), plan.device.clock_hz);
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    text += fmt::format("  {} = stage {}, {}\n", doing_name(accelerator.stage(static_cast<int>(s))),
                        shown(plan.stages[s].name), to_string(plan.stages[s].kind));
  for (std::size_t b = 0; b < plan.buffers.size(); ++b)
    text += fmt::format("  {} = buffer {}, of {} rows\n", rows_name(accelerator.buffer(static_cast<int>(b))),
                        shown(plan.buffers[b].name), plan.buffers[b].capacity_rows);
  return text;
}

}  // namespace

Waveforms::Waveforms(Accelerator& accelerator, const Plan& plan, FileOutput& out)
    : dump_(out, legend(accelerator, plan)) {
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    auto& stage = accelerator.stage(static_cast<int>(s));
    sc_core::sc_trace(&dump_, stage.watch(), doing_name(stage), 2);
  }
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    auto& buffer = accelerator.buffer(static_cast<int>(b));
    sc_core::sc_trace(&dump_, buffer.watch(), rows_name(buffer), 32);
  }
}

}  // namespace rowflow

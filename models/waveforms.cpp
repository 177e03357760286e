#include "models/waveforms.hpp"

namespace rowflow {

Waveforms::Waveforms(Accelerator& accelerator, const Plan& plan, FileOutput& out) : dump_(out) {
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    auto& stage = accelerator.stage(static_cast<int>(s));
    sc_core::sc_trace(&dump_, stage.watch(), std::string(stage.name()) + ".doing", 2);
  }
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    auto& buffer = accelerator.buffer(static_cast<int>(b));
    sc_core::sc_trace(&dump_, buffer.watch(), std::string(buffer.name()) + ".rows", 32);
  }
}

}  // namespace rowflow

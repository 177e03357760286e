// The network's source (rule T6): a stage without inputs that waits for its schedule.
#pragma once

#include "models/stage.hpp"

namespace rowflow {

class SourceModule final : public StageModule {
 public:
  SourceModule(const sc_core::sc_module_name& name, const Stage& stage, const std::vector<Buffer>& buffers,
               ModelTiming timing, const SourcePacing& pacing)
      : StageModule(name, stage, buffers, timing) {
    pace(pacing);
  }
};

}  // namespace rowflow

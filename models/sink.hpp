// A sink (rule T6): a stage without outputs; a frame is complete when all sinks have ended their last step for it.
#pragma once

#include "models/stage.hpp"

namespace rowflow {

class SinkModule final : public StageModule {
 public:
  using StageModule::StageModule;
  const std::vector<Cycles>& frame_completion() const { return activity().frame_end; }
};

}  // namespace rowflow

// A layer of the network as a hierarchical module: its stages and their input buffers.
#pragma once

#include <memory>
#include <vector>

#include "models/row_buffer.hpp"
#include "models/stage.hpp"

namespace rowflow {

class LayerModule final : public sc_core::sc_module {
 public:
  /// `stages`: indices of the plan's stages that belong to this layer. `plan` must outlive the module.
  LayerModule(const sc_core::sc_module_name& name, const Plan& plan, const std::vector<int>& stages,
              ModelTiming timing);

  struct StageEntry {
    int index;
    std::unique_ptr<StageModule> module;
  };
  struct BufferEntry {
    int index;
    std::unique_ptr<RowBuffer> module;
  };
  const std::vector<StageEntry>& stages() const { return stages_; }
  const std::vector<BufferEntry>& buffers() const { return buffers_; }

 private:
  std::vector<StageEntry> stages_;
  std::vector<BufferEntry> buffers_;
};

}  // namespace rowflow

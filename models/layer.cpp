#include "models/layer.hpp"

#include "models/names.hpp"
#include "models/sink.hpp"
#include "models/source.hpp"

namespace rowflow {

namespace {

std::unique_ptr<StageModule> make_stage(const std::string& name, const Plan& plan, int index, ModelTiming timing) {
  const auto& stage = plan.stages[static_cast<std::size_t>(index)];
  const sc_core::sc_module_name module_name(name.c_str());
  if (index == plan.source)
    return std::make_unique<SourceModule>(module_name, stage, plan.buffers, timing, plan.pacing);
  if (stage.outputs.empty()) return std::make_unique<SinkModule>(module_name, stage, plan.buffers, timing);
  return std::make_unique<StageModule>(module_name, stage, plan.buffers, timing);
}

}  // namespace

LayerModule::LayerModule(const sc_core::sc_module_name& name, const Plan& plan, const std::vector<int>& stages,
                         ModelTiming timing)
    : sc_module(name) {
  ModuleNames names;
  for (const int index : stages) {
    const auto& stage = plan.stages[static_cast<std::size_t>(index)];
    const bool part = stage.name.size() > stage.layer.size() + 1 &&
                      stage.name.compare(0, stage.layer.size() + 1, stage.layer + ".") == 0;
    const auto stage_name = names.make(part ? stage.name.substr(stage.layer.size() + 1) : "stage");
    stages_.push_back({index, make_stage(stage_name, plan, index, timing)});
    for (const auto& port : stage.inputs) {
      const auto& buffer = plan.buffers[static_cast<std::size_t>(port.buffer)];
      const auto buffer_name =
          names.make(stage_name + "_from_" + plan.stages[static_cast<std::size_t>(buffer.from)].name);
      buffers_.push_back({port.buffer, std::make_unique<RowBuffer>(buffer_name.c_str(), buffer)});
    }
  }
}

}  // namespace rowflow

#include "models/accelerator.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "models/names.hpp"

namespace rowflow {

Accelerator::Accelerator(const sc_core::sc_module_name& name, const Plan& plan, ModelTiming timing)
    : sc_module(name), source_(plan.source), stages_(plan.stages.size()), buffers_(plan.buffers.size()) {
  for (const auto& stage : plan.stages) {
    shapes_.push_back({stage.name, stage.layer, {}, {}});
    for (const auto& port : stage.inputs) shapes_.back().inputs.push_back(port.buffer);
    for (const auto& port : stage.outputs) shapes_.back().outputs.push_back(port.buffer);
  }
  std::vector<std::string> order;
  std::map<std::string, std::vector<int>> stages_of_layer;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    auto& stages = stages_of_layer[plan.stages[s].layer];
    if (stages.empty()) order.push_back(plan.stages[s].layer);
    stages.push_back(static_cast<int>(s));
  }
  ModuleNames names;
  for (const auto& layer : order) {
    layers_.push_back(std::make_unique<LayerModule>(names.make(layer).c_str(), plan, stages_of_layer[layer], timing));
    for (const auto& entry : layers_.back()->stages())
      stages_[static_cast<std::size_t>(entry.index)] = entry.module.get();
    for (const auto& entry : layers_.back()->buffers())
      buffers_[static_cast<std::size_t>(entry.index)] = entry.module.get();
  }
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const auto& stage = plan.stages[s];
    for (std::size_t p = 0; p < stage.inputs.size(); ++p) {
      stages_[s]->in[static_cast<unsigned>(p)].bind(*buffers_[static_cast<std::size_t>(stage.inputs[p].buffer)]);
    }
    for (std::size_t p = 0; p < stage.outputs.size(); ++p) {
      stages_[s]->out[static_cast<unsigned>(p)].bind(*buffers_[static_cast<std::size_t>(stage.outputs[p].buffer)]);
    }
  }
}

Accelerator::~Accelerator() {
  while (!layers_.empty()) layers_.pop_back();
}

bool Accelerator::has_structure_of(const Plan& plan) const {
  const auto same_ports = [](const auto& ports, const std::vector<int>& buffers) {
    return std::equal(ports.begin(), ports.end(), buffers.begin(), buffers.end(),
                      [](const auto& port, int buffer) { return port.buffer == buffer; });
  };
  return plan.source == source_ && plan.buffers.size() == buffers_.size() &&
         std::equal(plan.stages.begin(), plan.stages.end(), shapes_.begin(), shapes_.end(),
                    [&](const Stage& stage, const Shape& shape) {
                      return stage.name == shape.name && stage.layer == shape.layer &&
                             same_ports(stage.inputs, shape.inputs) && same_ports(stage.outputs, shape.outputs);
                    });
}

void Accelerator::restart(const Plan& plan) {
  offered_ = 0;
  for (std::size_t b = 0; b < buffers_.size(); ++b) buffers_[b]->restart(plan.buffers[b]);
  for (std::size_t s = 0; s < stages_.size(); ++s) stages_[s]->restart(plan.stages[s], plan.buffers, plan.pacing);
}

void Accelerator::allow_frames(int frames) {
  for (auto* stage : stages_) stage->allow_frames(frames);
}

void Accelerator::offer_frame() {
  if (offered_ == 0) allow_frames(std::numeric_limits<int>::max());
  stage(source_).offer_frames(++offered_);
}

void Accelerator::forget_before(int frame, int window) {
  for (auto* stage : stages_) stage->forget_before(frame);
  constexpr int batch = 32;
  if (frame % batch != 0) return;
  for (auto* buffer : buffers_) buffer->ring().sum_frames(window);
}

void Accelerator::record(Timeline& timeline) {
  timeline.stages.assign(stages_.size(), {});
  timeline.truncated = false;
  for (std::size_t s = 0; s < stages_.size(); ++s) stages_[s]->record(timeline, static_cast<int>(s));
}

bool Accelerator::frames_done(int frames) const {
  for (const auto* stage : stages_) {
    if (stage->frames_done() < frames) return false;
  }
  return true;
}

}  // namespace rowflow

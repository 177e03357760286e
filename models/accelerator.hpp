// The top of the hierarchy: builds layers, stages and buffers from a Plan and binds them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/layer.hpp"

namespace rowflow {

class Accelerator final : public sc_core::sc_module {
 public:
  /// `plan` must outlive the module and have passed check_plan.
  Accelerator(const sc_core::sc_module_name& name, const Plan& plan, ModelTiming timing);
  /// Layers go in reverse order: the kernel looks for a process from its newest one on.
  ~Accelerator() override;

  /// Whether `plan` is the one it was built from but for its figures: the same stages and buffers, bound and named
  /// alike.
  bool has_structure_of(const Plan& plan) const;
  /// As new, for a run of another plan of the same structure: what it costs to build and bind modules is saved. While
  /// the kernel is not running and no stage has anything left to do. `plan` must outlive the run.
  void restart(const Plan& plan);

  /// Lets all stages work on frames 0 … frames−1. The kernel is started elsewhere.
  void allow_frames(int frames);
  /// For an accelerator that other modules feed, in step with the clock: the source may take one frame more, from the
  /// next edge of the clock on; all other stages work on whatever comes. Not together with allow_frames.
  void offer_frame();
  /// Whether every stage has ended the last of the allowed frames.
  bool frames_done(int frames) const;

  /// What is kept of each frame is given up for frames before `frame`, which all stages have ended; of buffers the sums
  /// stay, and those of the frames after `window`.
  void forget_before(int frame, int window);

  /// Fills the timeline's window while the simulation runs. Before allow_frames; `timeline` must outlive the run.
  void record(Timeline& timeline);

  /// Indices are the plan's.
  const StageModule& stage(int index) const { return *stages_[static_cast<std::size_t>(index)]; }
  StageModule& stage(int index) { return *stages_[static_cast<std::size_t>(index)]; }
  RowBuffer& buffer(int index) { return *buffers_[static_cast<std::size_t>(index)]; }
  RowRing& ring(int buffer) const { return buffers_[static_cast<std::size_t>(buffer)]->ring(); }

 private:
  /// A stage's name and layer, and its buffers.
  struct Shape {
    std::string name, layer;
    std::vector<int> inputs, outputs;
  };
  int source_;
  int offered_ = 0;
  std::vector<Shape> shapes_;
  std::vector<std::unique_ptr<LayerModule>> layers_;
  std::vector<StageModule*> stages_;
  std::vector<RowBuffer*> buffers_;
};

}  // namespace rowflow

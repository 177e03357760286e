// Small plans built by hand.
#pragma once

#include <string>
#include <vector>

#include "sim/compile/pipeline_builder.hpp"

namespace rowflow::test {

/// Builds plans stage by stage; every step costs 1 cycle until set otherwise. Buffers start with a capacity of 1 row.
class LoweredBuilder {
 public:
  Stream source(Rows rows) {
    const int stage = pipeline_.add_stage("source", "source", StageKind::source, rows);
    return pipeline_.output(stage, emit_rows(rows), 1, 8);
  }
  /// A stage with one input and `emits` for output.
  Stream stage(const std::string& name, const Stream& in, RowWindow window, std::vector<Rows> emits,
               Elements row_elements = 1) {
    const int index = pipeline_.add_stage(name, name, StageKind::conv, static_cast<Rows>(window.needs.size()));
    pipeline_.connect(in, index, std::move(window), BufferRole::straight);
    return pipeline_.output(index, std::move(emits), row_elements, 8);
  }
  /// A further input of the stage that made `stream`.
  void join(const Stream& in, const Stream& stream, RowWindow window) {
    pipeline_.connect(in, stream.stage, std::move(window), BufferRole::skip);
  }
  void sink(const Stream& in) {
    const int stage = pipeline_.add_stage("sink", "sink", StageKind::sink, in.rows);
    pipeline_.connect(in, stage, row_window(in.rows), BufferRole::straight);
  }
  Plan finish() && {
    Plan plan = std::move(pipeline_).finish().plan;
    for (Stage& stage : plan.stages) stage.cost.assign(stage.steps(), 1);
    for (Buffer& buffer : plan.buffers) buffer.capacity_rows = 1;
    return plan;
  }

 private:
  PipelineBuilder pipeline_;
};

}  // namespace rowflow::test

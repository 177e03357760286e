// A pipeline under construction: stages and buffers in any order, sorted topologically at the end.
#pragma once

#include <string>

#include "sim/compile/lowering.hpp"
#include "sim/compile/windows.hpp"

namespace rowflow {

/// What leaves a stage: the rows that every buffer to a consumer will hold.
struct Stream {
  int stage = -1;
  Rows rows = 0;
  Elements row_elements = 0;
  int bits = 8;
  /// A further input of the network (T17): no stage writes it, but a source of its own for each that reads it.
  int further_input = network_input;
};

class PipelineBuilder {
 public:
  /// Adds a stage of `steps` steps. Its outputs appear as consumers connect.
  int add_stage(const std::string& name, const std::string& layer, StageKind kind, Rows steps, StageOrigin origin = {});

  /// Declares what the stage writes: `emits` by step.
  Stream output(int stage, std::vector<Rows> emits, Elements row_elements, std::int64_t bits);

  /// Joins a stream to a stage's next input through a new buffer; returns its index.
  int connect(const Stream& stream, int consumer, RowWindow window, BufferRole role);

  Stage& stage(int index) { return lowered_.plan.stages[index]; }
  StageOrigin& origin(int index) { return lowered_.origin[index]; }
  Plan& plan() { return lowered_.plan; }

  /// Sorts the stages topologically, otherwise keeping their order, and renames buffers to unique "<from>-><to>".
  Lowered finish() &&;

 private:
  int connect_own_source(const Stream& stream, int consumer, RowWindow window);
  std::vector<int> topological_order() const;
  void reorder(const std::vector<int>& order);
  void name_buffers();

  Lowered lowered_;
  std::vector<std::vector<Rows>> emits_;  ///< by stage
};

}  // namespace rowflow

// The rows of rule T7's table: one function for each family of layers.
#pragma once

#include <vector>

#include "sim/compile/pipeline_builder.hpp"

namespace rowflow {

struct LoweringState {
  const Network& network;
  const Device& device;
  PipelineBuilder pipeline;
  std::vector<Stream> streams;  ///< what each lowered layer puts out
  std::vector<Stream> inputs;   ///< the source's, then those of further inputs
  std::vector<int> fused;       ///< fusion.hpp

  const Stream& stream_of(int layer) const {
    return is_network_input(layer) ? inputs[input_place(layer)] : streams[layer];
  }
};

/// Adds the stages of one layer, whose inputs are lowered already, and sets its stream.
void lower_layer(LoweringState& state, int layer);

/// Steps a tile of an operand with `rows` rows beside a map of `steps` rows. Throws InputError when no tile height
/// gives that.
Rows broadcast_tile(const LoweringState& state, const Layer& layer, Rows rows, Rows steps);

}  // namespace rowflow

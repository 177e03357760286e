// What the graph starts from: stored tensors, weights that are declared but absent, and the inputs.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "sim/import/graph.hpp"
#include "sim/import/import.hpp"
#include "sim/import/problems.hpp"
#include "sim/import/value.hpp"

namespace rowflow {

struct GraphInputs {
  std::unordered_map<std::string, Value> values;  ///< all of them, by name
  std::vector<NetworkInput> inputs;               ///< the maps that come with every frame, in the model's order
  std::int64_t batch = 1;                         ///< a fixed batch of the model's input
  std::vector<std::string> warnings;
};

/// Throws InputError with every problem, those among them that are there already.
GraphInputs read_inputs(const onnx::ModelProto& model, const Graph& graph, const ImportOptions& options,
                        Problems& problems);

}  // namespace rowflow

// What a model ends at.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace rowflow {

/// Names of the model's outputs, or of what the user ends it at: tensors, or all that a node writes. Throws InputError,
/// with the nearest name, for one that the graph does not have.
std::vector<std::string> chosen_outputs(const onnx::GraphProto& graph, const std::vector<std::string>& wanted);

}  // namespace rowflow

// Operators that are another operator with more inputs: quantised convolutions and products.
#pragma once

#include <onnx/onnx_pb.h>

#include <deque>

namespace rowflow {

/// The node without the scales and zero points of a quantised one (kept in `store`), or the node itself.
const onnx::NodeProto* plain_form(const onnx::NodeProto& node, std::deque<onnx::NodeProto>& store);

}  // namespace rowflow

// Attributes of a node, with their types checked.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace rowflow {

/// Null when the node has none of that name.
const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, const std::string& name);

/// The attribute's value, or `standard` when it is absent. Throw Refusal when it is of another type.
std::int64_t attribute(const onnx::NodeProto& node, const std::string& name, std::int64_t standard);
double attribute(const onnx::NodeProto& node, const std::string& name, double standard);
std::string attribute(const onnx::NodeProto& node, const std::string& name, const std::string& standard);
std::vector<std::int64_t> attribute(const onnx::NodeProto& node, const std::string& name,
                                    const std::vector<std::int64_t>& standard);
std::vector<double> float_list(const onnx::NodeProto& node, const std::string& name);

}  // namespace rowflow

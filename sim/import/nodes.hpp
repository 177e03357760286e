// Building ONNX nodes.
#pragma once

#include <onnx/onnx_pb.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace rowflow {

bool is_one_of(const std::string& op, std::initializer_list<const char*> names);

/// Passes the same elements on, under other dimensions or another type.
bool is_view(const std::string& op);

/// Rounds to fewer bits, or back.
bool is_quantiser(const onnx::NodeProto& node);

onnx::NodeProto make_node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
                          const std::string& output);

void add_integers(onnx::NodeProto& node, const char* name, const std::vector<std::int64_t>& values);
void add_integer(onnx::NodeProto& node, const char* name, std::int64_t value);
void add_float(onnx::NodeProto& node, const char* name, float value);
void add_floats(onnx::NodeProto& node, const char* name, const std::vector<float>& values);
void add_text(onnx::NodeProto& node, const char* name, const char* value);
/// The attribute "value" of a Constant: a vector of so many elements of this ONNX type, to be filled.
onnx::TensorProto& add_tensor(onnx::NodeProto& node, int type, std::size_t size);

}  // namespace rowflow

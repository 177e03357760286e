// Nodes and stored tensors that a TFLite graph becomes.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sim/import/problems.hpp"
#include "sim/import/tflite_axes.hpp"
#include "sim/import/tflite_tensors.hpp"
#include "sim/import/tflite_types.hpp"

namespace rowflow {

/// Nodes are named after what the operator writes that is being translated.
class TfliteNodes {
 public:
  /// Adds a node and returns the name of its (first) output.
  std::string add(const std::string& op, const std::vector<std::string>& inputs);
  /// Gives the node added last one more output.
  std::string another_output();
  /// The node added last, for its attributes.
  onnx::NodeProto& node() { return *graph_->mutable_node(graph_->node_size() - 1); }
  std::string integer_tensor(const std::vector<std::int64_t>& values);
  std::string number(float value);
  std::string activated(const std::string& value, tflite::Activation activation);
  std::string reshaped(const std::string& value, const Dims& dims);
  std::string transposed(const std::string& value, const std::vector<std::int64_t>& order);

 protected:
  explicit TfliteNodes(TfliteTensors tensors) : tensors_(std::move(tensors)), graph_(result_.mutable_graph()) {}
  ~TfliteNodes() = default;
  TfliteNodes(const TfliteNodes&) = delete;
  TfliteNodes& operator=(const TfliteNodes&) = delete;

  std::string constant(int tensor, const TensorForm& form, bool are_weights);
  std::string dequantised(int tensor, const std::string& name, const TensorForm& form);
  struct RoundingNames {
    std::string scale, zero_point;  ///< no zero point: it is 0
    std::int64_t axis = -1;         ///< of the scales, in the order in which the tensor is held; -1: one for all
  };
  RoundingNames rounding_names(int tensor, const TensorForm& form);
  const std::string& title() const;

  TfliteTensors tensors_;
  onnx::ModelProto result_;
  onnx::GraphProto* graph_;
  std::map<std::pair<int, std::string>, std::string> constants_;
  std::vector<std::pair<int, std::string>> new_constants_;  ///< of the operator, in case that it is given up
  std::vector<int> outputs_;                                ///< of the operator

 private:
  const std::string& added(onnx::TensorProto tensor, const std::string& hint);

  std::unordered_set<int> written_;  ///< stored tensors whose own name is taken
};

}  // namespace rowflow

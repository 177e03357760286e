// Everything that is wrong with a model, gathered so that the user sees all of it at once.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace rowflow {

/// A node that cannot be imported; caught by the walk over the graph, which goes on.
struct Refusal {
  std::string reason;
};

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void add(const onnx::NodeProto& node, const std::string& reason);
  void add(const std::string& text);
  /// Throws one InputError with all of them (the first 100 in full), if there are any.
  void fail_if_any() const;

 private:
  std::string file_;
  std::vector<std::string> lines_;
};

/// What a node is called in messages: its name, or its first output.
std::string node_title(const onnx::NodeProto& node);

}  // namespace rowflow

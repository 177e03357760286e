// Everything that is wrong with a model, gathered so that the user sees all of it at once.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <unordered_map>
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
  /// A node that could not be looked at, because it depends on one with a problem.
  void count_behind() { ++behind_; }
  /// Throws one InputError with all of them (the first 100 in full), if there are any.
  void fail_if_any() const;

 private:
  std::string file_;
  struct Line {
    std::string text, key;   ///< lines of one key are told once
    std::string node, what;  ///< of a node: its name and operator, and the reason
    std::size_t more = 0;
  };
  std::vector<Line> lines_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::size_t behind_ = 0;
};

/// What a node is called in messages: its name, or its first output.
std::string node_title(const onnx::NodeProto& node);

}  // namespace rowflow

// A TFLite graph on its way to ONNX: what its operators write, maps in the order of ONNX's axes.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/import/tflite_nodes.hpp"

namespace rowflow {

/// What the functions that translate operators write with. Tensors of four axes are held in ONNX's order, others as
/// they are. All of it throws Refusal for what cannot be said in ONNX, and the operator becomes one of tflite_domain.
class TfliteGraph : public TfliteNodes {
 public:
  /// Of a verified model in `bytes`; `file` is for messages.
  TfliteGraph(const tflite::Model& model, const char* bytes, std::size_t size, const std::string& file,
              Weights weights);
  /// All of it as an ONNX model whose inputs and outputs are the file's own. Once.
  onnx::ModelProto translated();

  const tflite::Operator& op() const { return *op_; }
  tflite::Code code() const { return code_; }
  /// Options of the operator. Throws Refusal when they are not there.
  template <class Options>
  const Options& options() const {
    const Options* found = op_->options_as<Options>();
    if (found == nullptr) throw Refusal{"its options are missing"};
    return *found;
  }
  int inputs() const { return static_cast<int>(inputs_.size()); }
  int outputs() const { return static_cast<int>(outputs_.size()); }
  bool has_input(int k) const { return k < inputs() && inputs_[k] >= 0; }
  /// Dims of an input or output in TFLite's order; -1: open.
  const Dims& input_dims(int k) const { return tensors_.dims(input(k)); }
  const Dims& output_dims(int k) const { return tensors_.dims(output(k)); }
  /// Stored, or a stored tensor in another precision.
  bool is_constant(int k) const { return source_[input(k)] >= 0; }
  std::vector<std::int64_t> integers(int k) const;
  int onnx_type_of_output(int k) const { return tensors_.onnx_type(output(k)); }

  /// Name of input k, a map in ONNX's order.
  std::string value(int k);
  /// The same with axes of one element in front, until it has so many.
  std::string operand(int k, std::size_t rank);
  /// Name of input k with its elements in TFLite's order.
  std::string in_order(int k);
  /// Name of a stored input in this form; of weights the import needs the shape alone.
  std::string weights(int k, const TensorForm& form);

  /// This is output k, a map in ONNX's order.
  void finish(const std::string& value, int k = 0);
  /// This has the elements of output k in TFLite's order, under whatever dims.
  void finish_in_order(const std::string& value, int k = 0);

 private:
  int input(int k) const;
  int output(int k) const;
  std::string to_map(const std::string& value, const Dims& dims);
  void name_held();
  void take_inputs();
  void take_operator(const tflite::Operator& op);
  void read_code();
  void translate_operator();
  void give_up(const std::string& reason);
  void name_main_node();
  void give_outputs();
  void declare(onnx::ValueInfoProto& info, int tensor, const Dims& dims) const;

  const tflite::Model& model_;
  const tflite::Subgraph& source_graph_;
  std::string file_;
  std::vector<std::string> held_;      ///< names of tensors' values, maps in ONNX's order
  std::vector<std::string> in_order_;  ///< names of the same in TFLite's order, where asked for
  std::vector<int> source_;            ///< the stored tensor that a tensor is; -1: it is computed
  std::vector<bool> is_input_, is_output_;
  std::unordered_map<int, std::string> rounded_;  ///< outputs of the graph before they are scaled back
  const tflite::Operator* op_ = nullptr;
  tflite::Code code_{};
  std::string custom_;  ///< its name, of a custom operator
  std::vector<int> inputs_;
  int first_node_ = 0;  ///< of the operator
  std::vector<int> new_in_order_;
  bool any_foreign_ = false;
};

}  // namespace rowflow

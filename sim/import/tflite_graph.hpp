// A TFLite graph on its way to ONNX: what its operators write, maps in the order of ONNX's axes.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sim/import/problems.hpp"
#include "sim/import/tflite_tensors.hpp"
#include "sim/import/tflite_types.hpp"

namespace rowflow {

/// Where axis k of a map of TFLite (batch, height, width, channels) stands in ONNX (batch, channels, height, width).
inline constexpr std::int64_t onnx_axis[] = {0, 2, 3, 1};
/// The same of a tensor of this rank, which may be no map; axes from the end are negative. Throws Refusal.
std::int64_t onnx_place(std::int64_t axis, std::size_t rank);
/// Which axis of TFLite's stands at place k in ONNX, and the reverse as a Transpose says it.
inline const std::vector<std::int64_t> to_onnx{0, 3, 1, 2}, from_onnx{0, 2, 3, 1};
inline constexpr std::size_t map_rank = 4;

/// A list of tensors as the file has it; empty when it is absent.
std::vector<int> indices(const flatbuffers::Vector<std::int32_t>* list);
/// Of dims [batch, height, width, channels] with one value a channel, or one channel: the elements stand in the same
/// order in both.
bool is_same_order(const Dims& dims);

/// What the functions that translate operators write with. Tensors of four axes are held in ONNX's order, others as
/// they are. All of it throws Refusal for what cannot be said in ONNX, and the operator becomes one of tflite_domain.
class TfliteGraph {
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

  /// This is output k, a map in ONNX's order.
  void finish(const std::string& value, int k = 0);
  /// This has the elements of output k in TFLite's order, under whatever dims.
  void finish_in_order(const std::string& value, int k = 0);

 private:
  int input(int k) const;
  int output(int k) const;
  std::string constant(int tensor, const TensorForm& form, bool are_weights);
  std::string dequantised(int tensor, const std::string& name, const TensorForm& form);
  std::string to_map(const std::string& value, const Dims& dims);
  const std::string& added(onnx::TensorProto tensor, const std::string& hint);
  struct RoundingNames {
    std::string scale, zero_point;  ///< no zero point: it is 0
    std::int64_t axis = -1;         ///< of the scales, in the order in which the tensor is held; -1: one for all
  };
  RoundingNames rounding_names(int tensor, const TensorForm& form);
  void name_held();
  void take_inputs();
  void take_operator(const tflite::Operator& op);
  void read_code();
  void translate_operator();
  void give_up(const std::string& reason);
  void name_main_node();
  void give_outputs();
  void declare(onnx::ValueInfoProto& info, int tensor, const Dims& dims) const;
  const std::string& title() const;

  const tflite::Model& model_;
  const tflite::Subgraph& source_graph_;
  std::string file_;
  TfliteTensors tensors_;
  onnx::ModelProto result_;
  onnx::GraphProto* graph_;
  std::vector<std::string> held_;      ///< names of tensors' values, maps in ONNX's order
  std::vector<std::string> in_order_;  ///< names of the same in TFLite's order, where asked for
  std::vector<int> source_;            ///< the stored tensor that a tensor is; -1: it is computed
  std::vector<bool> is_input_, is_output_;
  std::unordered_map<int, std::string> rounded_;  ///< outputs of the graph before they are scaled back
  std::map<std::pair<int, std::string>, std::string> constants_;
  std::unordered_set<int> written_;  ///< stored tensors whose own name is taken
  const tflite::Operator* op_ = nullptr;
  tflite::Code code_{};
  std::string custom_;  ///< its name, of a custom operator
  std::vector<int> inputs_, outputs_;
  int first_node_ = 0;                                      ///< of the operator
  std::vector<std::pair<int, std::string>> new_constants_;  ///< of the operator, in case that it is given up
  std::vector<int> new_in_order_;
  bool any_foreign_ = false;
};

}  // namespace rowflow

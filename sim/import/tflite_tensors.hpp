// The tensors of a TFLite graph: shapes, names, rounding, and stored values in ONNX's form.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "sim/import/tensor.hpp"
#include "sim/import/weights.hpp"

namespace rowflow {

namespace tflite {
struct Model;
struct Subgraph;
struct Tensor;
struct Quantization;
}  // namespace tflite

/// What stored bytes become: their dims under another shape of as many elements, then in this order of axes. Both may
/// be empty.
struct TensorForm {
  Dims dims;
  std::vector<std::int64_t> order;
  bool in_front = true;  ///< the dims that are more than the tensor's stand in front of its own, else behind
};

class TfliteTensors {
 public:
  /// The first graph of a verified model in `bytes`.
  TfliteTensors(const tflite::Model& model, const char* bytes, std::size_t size, const std::string& file,
                Weights weights);

  int count() const { return static_cast<int>(names_.size()); }
  /// Throws InputError when there is no tensor of this index (-1 stands for an input that is left out).
  void check(int tensor) const;
  const tflite::Tensor& table(int tensor) const;
  /// Of the name in the file, made the only one of its kind and no longer than a line.
  const std::string& name(int tensor) const { return names_.at(tensor); }
  /// A name that no tensor and no earlier call has.
  std::string fresh(const std::string& hint);
  /// Dims in TFLite's order of axes; -1 where the file leaves one open.
  const Dims& dims(int tensor) const { return dims_.at(tensor); }
  /// What is stored for this tensor itself, not computed by an operator.
  bool is_stored(int tensor) const { return stored_.at(tensor); }
  /// Rounded to integers, with a scale that says so.
  bool is_quantised(int tensor) const;
  /// ONNX's code for the type of its elements; throws Refusal for one that ONNX or the import does not have.
  int onnx_type(int tensor) const;
  /// The integers of a stored tensor. Throws Refusal when it is none, or a large one.
  std::vector<std::int64_t> integers(int tensor) const;
  /// The stored tensor in this form, its elements as they are or (half precision) as single. Its values are left out
  /// when they are weights and only shapes are asked for. Throws Refusal.
  onnx::TensorProto stored(int tensor, const std::string& name, const TensorForm& form, bool are_weights);
  /// Scales and zero points of a rounded tensor as ONNX tensors of these names, for one value or for each index of an
  /// axis; the type of the zero points is the tensor's own. Throws Refusal.
  struct Rounding {
    onnx::TensorProto scale, zero_point;
    std::int64_t axis = -1;  ///< in TFLite's order; -1: one scale for all
  };
  Rounding rounding(int tensor);

 private:
  struct Bytes {
    const char* data = nullptr;
    std::size_t size = 0;
  };
  Bytes bytes_of(int tensor) const;
  Bytes checked_bytes(int tensor) const;
  void take_shape(int tensor);
  void take_name(int tensor);
  void spend(std::size_t bytes);

  const tflite::Model& model_;
  const tflite::Subgraph& graph_;
  const char* bytes_;
  std::size_t size_;
  std::string file_;
  Weights weights_;
  std::uint64_t left_;  ///< bytes that may still be written out
  std::vector<std::string> names_;
  std::vector<Dims> dims_;
  std::vector<bool> stored_;
  std::unordered_set<std::string> taken_;
  std::uint64_t last_number_ = 0;  ///< that made a name another one; of all of them, so that no file makes it slow
};

}  // namespace rowflow

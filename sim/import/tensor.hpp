// Small tensors whose values the import needs: shapes, axes, scales, limits. Weights are known by their shape alone.
#pragma once

#include <onnx/onnx_pb.h>

#include <memory>
#include <optional>
#include <vector>

namespace rowflow {

using Dims = std::vector<std::int64_t>;

inline constexpr std::int64_t most_constant_elements = 1 << 16;
inline constexpr std::int64_t most_tensor_elements = std::int64_t{1} << 40;

struct Constant {
  bool is_float = false;
  std::vector<std::int64_t> ints;  ///< when not is_float
  std::vector<double> floats;      ///< when is_float
  std::size_t size() const { return is_float ? floats.size() : ints.size(); }
  double number(std::size_t i) const { return is_float ? floats[i] : static_cast<double>(ints[i]); }
};

/// Product of the dims. Throws Refusal when one is negative or the product is beyond most_tensor_elements.
std::int64_t element_count(const Dims& dims);

/// Dims of a stored tensor, checked as above.
Dims tensor_dims(const onnx::TensorProto& tensor);

/// Bits of an element of this ONNX type where it is one that quantised numbers are stored in; else 0.
std::int64_t quantised_bits(int type);

/// The values of a small tensor of numbers; nothing when it is large, stored elsewhere, of another type, or shorter
/// than its dims say.
std::shared_ptr<const Constant> tensor_values(const onnx::TensorProto& tensor);

}  // namespace rowflow

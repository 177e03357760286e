#include "sim/import/fold.hpp"

#include <algorithm>

#include "sim/import/fold_moves.hpp"
#include "sim/import/fold_shapes.hpp"
#include "sim/import/fold_values.hpp"
#include "sim/import/quantised.hpp"

namespace rowflow {

namespace {

std::unordered_map<std::string, Fold> table() {
  std::unordered_map<std::string, Fold> folds{
      {"Clip", fold_clip},      {"Where", fold_where},
      {"Cast", fold_cast},      {"Slice", fold_slice},
      {"Split", fold_split},    {"Gather", fold_gather},
      {"Concat", fold_concat},  {"Expand", fold_expand},
      {"Tile", fold_tile},      {"Pad", fold_pad},
      {"Range", fold_range},    {"ConstantOfShape", fold_constant_of_shape},
      {"Size", fold_size},      {"NonZero", fold_non_zero},
      {"MatMul", fold_mat_mul}, {"Transpose", fold_transpose},
  };
  for (const char* op : {"Neg", "Abs", "Floor", "Ceil", "Round", "Sqrt", "Exp", "Log", "Reciprocal", "Relu", "Sigmoid",
                         "Tanh", "Not", "Sign", "Erf", "Sin", "Cos"})
    folds[op] = fold_unary;
  for (const char* op : {"Add", "Sub", "Mul", "Div", "Mod", "Pow", "Max", "Min", "Sum", "Equal", "Greater",
                         "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor"})
    folds[op] = fold_binary;
  for (const char* op : {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2"})
    folds[op] = fold_reduce;
  for (const char* op : {"BatchNormalization", "InstanceNormalization", "LayerNormalization", "Softmax", "Softplus",
                         "LeakyRelu", "Elu", "HardSigmoid", "LpNormalization"})
    folds[op] = fold_same_shape;
  for (const char* op : {"QuantizeLinear", "DequantizeLinear", "Quant", "IntQuant", "BipolarQuant"})
    folds[op] = import_quantiser;
  return folds;
}

}  // namespace

Fold find_fold(const std::string& op) {
  static const std::unordered_map<std::string, Fold> folds = table();
  const auto entry = folds.find(op);
  return entry == folds.end() ? nullptr : entry->second;
}

bool fold_constants(Importer& importer, const std::string& op) {
  const Fold fold = find_fold(op);
  if (fold != nullptr) fold(importer);
  return fold != nullptr;
}

Value constant_value(Dims dims, std::shared_ptr<const Constant> values) {
  Value value;
  value.kind = Value::Kind::constant;
  value.dims = std::move(dims);
  value.constant = std::move(values);
  return value;
}

std::int64_t axis_of(std::int64_t axis, std::size_t rank) {
  if (axis < 0) axis += static_cast<std::int64_t>(rank);
  if (axis < 0 || axis >= static_cast<std::int64_t>(rank)) throw Refusal{"an axis beyond the tensor's rank"};
  return axis;
}

Dims broadcast_dims(const Dims& a, const Dims& b) {
  Dims dims(std::max(a.size(), b.size()), 1);
  for (std::size_t k = 1; k <= dims.size(); ++k) {
    const std::int64_t left = k <= a.size() ? a[a.size() - k] : 1, right = k <= b.size() ? b[b.size() - k] : 1;
    if (left != right && left != 1 && right != 1) throw Refusal{"stored tensors of shapes that do not broadcast"};
    dims[dims.size() - k] = left == 1 ? right : left;
  }
  element_count(dims);
  return dims;
}

std::vector<std::int64_t> strides_of(const Dims& dims) {
  std::vector<std::int64_t> strides(dims.size(), 1);
  for (std::size_t k = dims.size(); k-- > 1;) strides[k - 1] = strides[k] * dims[k];
  return strides;
}

std::vector<std::int64_t> broadcast_strides(const Dims& dims, const Dims& to) {
  std::vector<std::int64_t> strides(to.size(), 0);
  const std::vector<std::int64_t> own = strides_of(dims);
  for (std::size_t k = 0; k < dims.size(); ++k) {
    if (dims[k] != 1) strides[to.size() - dims.size() + k] = own[k];
  }
  return strides;
}

std::vector<std::size_t> offsets(const Dims& dims, const std::vector<std::int64_t>& strides, std::int64_t start) {
  const auto count = static_cast<std::size_t>(element_count(dims));
  std::vector<std::size_t> at;
  at.reserve(count);
  std::vector<std::int64_t> index(dims.size(), 0);
  std::int64_t offset = start;
  while (at.size() < count) {
    at.push_back(static_cast<std::size_t>(offset));
    for (std::size_t k = dims.size(); k-- > 0;) {
      offset += strides[k];
      if (++index[k] < dims[k]) break;
      offset -= strides[k] * dims[k];
      index[k] = 0;
    }
  }
  return at;
}

std::shared_ptr<const Constant> taken(const Constant& from, const std::vector<std::size_t>& at) {
  auto values = std::make_shared<Constant>();
  values->is_float = from.is_float;
  if (from.is_float) values->floats.reserve(at.size());
  if (!from.is_float) values->ints.reserve(at.size());
  for (const std::size_t i : at) {
    if (from.is_float)
      values->floats.push_back(from.floats.at(i));
    else
      values->ints.push_back(from.ints.at(i));
  }
  return values;
}

}  // namespace rowflow

// Shape arithmetic: nodes whose inputs are all constants are computed here.
#include <algorithm>
#include <cmath>

#include "sim/import/operators.hpp"

namespace rowflow {

namespace {

Value constant_value(Dims dims, std::shared_ptr<const Constant> constant) {
  Value value;
  value.kind = Value::Kind::constant;
  value.dims = std::move(dims);
  value.constant = std::move(constant);
  return value;
}

/// The values of input k, or null when only its shape is known.
const Constant* known(Importer& importer, int k) { return importer.raw_input(k).constant.get(); }

void push(Constant& to, const Constant& from, std::size_t i) {
  if (to.is_float)
    to.floats.push_back(from.number(i));
  else
    to.ints.push_back(from.is_float ? static_cast<std::int64_t>(std::clamp(from.floats[i], -9e18, 9e18)) : from.ints[i]);
}

std::int64_t integer_result(const std::string& op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (op == "Add" && !__builtin_add_overflow(a, b, &result)) return result;
  if (op == "Sub" && !__builtin_sub_overflow(a, b, &result)) return result;
  if (op == "Mul" && !__builtin_mul_overflow(a, b, &result)) return result;
  if (op == "Div" && b != 0 && b != -1) return a / b;
  if (op == "Div" && b == -1 && a != INT64_MIN) return -a;
  throw Refusal{"shape arithmetic that has no result in 64 bits"};
}

double float_result(const std::string& op, double a, double b) {
  return op == "Add" ? a + b : op == "Sub" ? a - b : op == "Mul" ? a * b : a / b;
}

/// Scalars and vectors of equal length.
Value fold_arithmetic(Importer& importer, const std::string& op) {
  const Value &a = importer.raw_input(0), &b = importer.raw_input(1);
  const Dims& dims = element_count(a.dims) >= element_count(b.dims) ? a.dims : b.dims;
  if (!a.constant || !b.constant) return constant_value(dims, nullptr);
  const std::size_t size = std::max(a.constant->size(), b.constant->size());
  const auto at = [&](const Constant& c, std::size_t i) { return c.size() == 1 ? 0 : i; };
  if ((a.constant->size() != size && a.constant->size() != 1) || (b.constant->size() != size && b.constant->size() != 1))
    return constant_value(dims, nullptr);
  const auto result = std::make_shared<Constant>();
  result->is_float = a.constant->is_float || b.constant->is_float;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t ia = at(*a.constant, i), ib = at(*b.constant, i);
    if (result->is_float)
      result->floats.push_back(float_result(op, a.constant->number(ia), b.constant->number(ib)));
    else
      result->ints.push_back(integer_result(op, a.constant->ints[ia], b.constant->ints[ib]));
  }
  return constant_value(dims, result);
}

Value fold_gather(Importer& importer) {
  const Value& data = importer.raw_input(0);
  const Value& indices = importer.raw_input(1);
  if (attribute(importer.node(), "axis", std::int64_t{0}) != 0 || data.dims.size() != 1) throw Refusal{"a lookup in more than a vector"};
  if (!data.constant || !indices.constant || indices.constant->is_float) throw Refusal{"a lookup in values that the file does not hold"};
  const auto result = std::make_shared<Constant>();
  result->is_float = data.constant->is_float;
  for (std::int64_t index : indices.constant->ints) {
    if (index < 0) index += static_cast<std::int64_t>(data.constant->size());
    if (index < 0 || index >= static_cast<std::int64_t>(data.constant->size())) throw Refusal{"an index beyond its vector"};
    push(*result, *data.constant, static_cast<std::size_t>(index));
  }
  return constant_value(indices.dims, result);
}

Value fold_concat(Importer& importer) {
  const auto result = std::make_shared<Constant>();
  bool all_known = true;
  std::int64_t length = 0;
  const int inputs = importer.node().input_size();
  for (int k = 0; k < inputs; ++k) {
    const Value& value = importer.raw_input(k);
    if (value.dims.size() != 1) throw Refusal{"stored tensors joined that are no vectors"};
    all_known = all_known && value.constant;
    length += value.dims[0];
    if (value.constant && value.constant->is_float) result->is_float = true;
  }
  if (!all_known || length > most_constant_elements) return constant_value({length}, nullptr);
  for (int k = 0; k < inputs; ++k) {
    const Constant& part = *known(importer, k);
    for (std::size_t i = 0; i < part.size(); ++i) push(*result, part, i);
  }
  return constant_value({length}, result);
}

Value fold_slice(Importer& importer) {
  const Value& data = importer.raw_input(0);
  const auto starts = importer.integers(1, "starts", true), ends = importer.integers(2, "ends", true);
  const auto steps = importer.integers(4, "", false);
  if (data.dims.size() != 1 || starts.size() != 1 || ends.size() != 1 || (!steps.empty() && steps[0] != 1) || !data.constant) {
    throw Refusal{"a slice of a stored tensor that is no vector"};
  }
  const std::int64_t size = data.dims[0];
  const auto bound = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
  const auto result = std::make_shared<Constant>();
  result->is_float = data.constant->is_float;
  for (std::int64_t i = bound(starts[0]); i < bound(ends[0]); ++i) push(*result, *data.constant, static_cast<std::size_t>(i));
  const auto length = static_cast<std::int64_t>(result->size());
  return constant_value({length}, result);
}

Value fold_cast(Importer& importer) {
  const Value& data = importer.raw_input(0);
  if (!data.constant) return constant_value(data.dims, nullptr);
  const std::int64_t to = attribute(importer.node(), "to", std::int64_t{1});
  const auto result = std::make_shared<Constant>();
  result->is_float = to == onnx::TensorProto::FLOAT || to == onnx::TensorProto::DOUBLE || to == onnx::TensorProto::FLOAT16;
  for (std::size_t i = 0; i < data.constant->size(); ++i) push(*result, *data.constant, i);
  return constant_value(data.dims, result);
}

Value fold_rounding(Importer& importer, const std::string& op) {
  const Value& data = importer.raw_input(0);
  if (!data.constant) return constant_value(data.dims, nullptr);
  const auto result = std::make_shared<Constant>();
  result->is_float = true;
  for (std::size_t i = 0; i < data.constant->size(); ++i) {
    const double x = data.constant->number(i);
    result->floats.push_back(op == "Floor" ? std::floor(x) : op == "Ceil" ? std::ceil(x) : std::sqrt(x));
  }
  return constant_value(data.dims, result);
}

Value fold_constant_of_shape(Importer& importer) {
  const Dims dims = importer.integers(0, "", true);
  const std::int64_t count = element_count(dims);
  const auto result = std::make_shared<Constant>();
  const auto* value = find_attribute(importer.node(), "value");
  const auto fill = value != nullptr && value->has_t() ? tensor_values(value->t()) : nullptr;
  result->is_float = !fill || fill->is_float;
  if (count > most_constant_elements || (fill && fill->size() != 1)) return constant_value(dims, nullptr);
  if (result->is_float)
    result->floats.assign(static_cast<std::size_t>(count), fill ? fill->floats[0] : 0.0);
  else
    result->ints.assign(static_cast<std::size_t>(count), fill->ints[0]);
  return constant_value(dims, result);
}

}  // namespace

bool fold_constants(Importer& importer, const std::string& op) {
  const auto is = [&](std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(), [&](const char* n) { return op == n; });
  };
  if (is({"Add", "Sub", "Mul", "Div"}))
    importer.set_output(0, fold_arithmetic(importer, op));
  else if (op == "Gather")
    importer.set_output(0, fold_gather(importer));
  else if (op == "Concat")
    importer.set_output(0, fold_concat(importer));
  else if (op == "Slice")
    importer.set_output(0, fold_slice(importer));
  else if (op == "Cast")
    importer.set_output(0, fold_cast(importer));
  else if (is({"Floor", "Ceil", "Sqrt"}))
    importer.set_output(0, fold_rounding(importer, op));
  else if (op == "ConstantOfShape")
    importer.set_output(0, fold_constant_of_shape(importer));
  else
    return false;
  return true;
}

}  // namespace rowflow

// Arithmetic of constants, element by element.
#include "sim/import/fold_values.hpp"

#include <algorithm>
#include <cmath>

#include "sim/import/fold.hpp"
#include "sim/import/nodes.hpp"

namespace rowflow {

namespace {

/// Models compute shapes in 32-bit floats; so do we, or a ⌊h · s⌋ might come out differently.
double rounded(double x) { return static_cast<double>(static_cast<float>(x)); }

std::int64_t as_integer(double x) { return std::isnan(x) ? 0 : static_cast<std::int64_t>(std::clamp(x, -9e18, 9e18)); }

double unary(const std::string& op, double x) {
  if (op == "Neg") return -x;
  if (op == "Abs") return std::abs(x);
  if (op == "Floor") return std::floor(x);
  if (op == "Ceil") return std::ceil(x);
  if (op == "Round") return std::nearbyint(x);
  if (op == "Sqrt") return std::sqrt(x);
  if (op == "Exp") return std::exp(x);
  if (op == "Log") return std::log(x);
  if (op == "Reciprocal") return 1 / x;
  if (op == "Relu") return std::max(x, 0.0);
  if (op == "Sigmoid") return 1 / (1 + std::exp(-x));
  if (op == "Tanh") return std::tanh(x);
  if (op == "Not") return x == 0 ? 1 : 0;
  if (op == "Sign") return x > 0 ? 1 : x < 0 ? -1 : 0;
  if (op == "Erf") return std::erf(x);
  return op == "Sin" ? std::sin(x) : std::cos(x);
}

bool compares(const std::string& op) {
  return is_one_of(op, {"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor"});
}

bool compared(const std::string& op, double a, double b) {
  if (op == "Equal") return a == b;
  if (op == "Greater") return a > b;
  if (op == "GreaterOrEqual") return a >= b;
  if (op == "Less") return a < b;
  if (op == "LessOrEqual") return a <= b;
  if (op == "And") return a != 0 && b != 0;
  return op == "Or" ? a != 0 || b != 0 : (a != 0) != (b != 0);
}

std::int64_t integer_power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) return as_integer(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  std::int64_t result = 1;
  for (std::int64_t k = 0; k < exponent && result != 0; ++k) {
    if (k > 64 && base != 1 && base != -1) break;
    if (k > 64) return exponent % 2 == 0 ? 1 : base;
    if (__builtin_mul_overflow(result, base, &result)) throw Refusal{"shape arithmetic that has no result in 64 bits"};
  }
  return result;
}

std::int64_t integer_result(const std::string& op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if ((op == "Add" || op == "Sum") && !__builtin_add_overflow(a, b, &result)) return result;
  if (op == "Sub" && !__builtin_sub_overflow(a, b, &result)) return result;
  if (op == "Mul" && !__builtin_mul_overflow(a, b, &result)) return result;
  if (op == "Max") return std::max(a, b);
  if (op == "Min") return std::min(a, b);
  if (op == "Pow") return integer_power(a, b);
  if (op == "Div" && b != 0 && b != -1) return a / b;
  if (op == "Mod" && b != 0 && b != -1) return (a % b + (a % b != 0 && (a % b < 0) != (b < 0) ? b : 0));
  if (op == "Mod" && b == -1) return 0;
  if (op == "Div" && b == -1 && a != INT64_MIN) return -a;
  throw Refusal{"shape arithmetic that has no result in 64 bits"};
}

double float_result(const std::string& op, double a, double b) {
  if (op == "Sub") return a - b;
  if (op == "Mul") return a * b;
  if (op == "Div") return a / b;
  if (op == "Max") return std::max(a, b);
  if (op == "Min") return std::min(a, b);
  if (op == "Pow") return std::pow(a, b);
  if (op == "Mod") return std::fmod(a, b);
  return a + b;
}

Value combined(const Importer& importer, const std::string& op, const Value& a, const Value& b) {
  const Dims dims = broadcast_dims(a.dims, b.dims);
  if (!a.constant || !b.constant || !importer.may_fold(dims)) return constant_value(dims, nullptr);
  const auto at_a = offsets(dims, broadcast_strides(a.dims, dims)),
             at_b = offsets(dims, broadcast_strides(b.dims, dims));
  const auto result = std::make_shared<Constant>();
  const bool integers = !a.constant->is_float && !b.constant->is_float;
  result->is_float = !compares(op) && !(op == "Pow" ? !a.constant->is_float : integers);
  for (std::size_t i = 0; i < at_a.size(); ++i) {
    if (integers && !compares(op)) {
      result->ints.push_back(integer_result(op, a.constant->ints.at(at_a[i]), b.constant->ints.at(at_b[i])));
      continue;
    }
    const double x = a.constant->number(at_a[i]), y = b.constant->number(at_b[i]);
    if (compares(op))
      result->ints.push_back(compared(op, x, y) ? 1 : 0);
    else if (result->is_float)
      result->floats.push_back(rounded(float_result(op, x, y)));
    else
      result->ints.push_back(as_integer(float_result(op, x, y)));
  }
  return constant_value(dims, result);
}

template <class F>
Value mapped(Importer& importer, bool is_float, F f) {
  const Value& in = importer.raw_input(0);
  if (!in.constant || !importer.may_fold(in.dims)) return constant_value(in.dims, nullptr);
  const auto result = std::make_shared<Constant>();
  result->is_float = is_float;
  for (std::size_t i = 0; i < in.constant->size(); ++i) {
    if (is_float)
      result->floats.push_back(rounded(f(in.constant->number(i))));
    else
      result->ints.push_back(in.constant->is_float ? as_integer(f(in.constant->floats[i]))
                                                   : as_integer(f(in.constant->number(i))));
  }
  return constant_value(in.dims, result);
}

bool holds_floats(Importer& importer) {
  return importer.raw_input(0).constant && importer.raw_input(0).constant->is_float;
}

}  // namespace

void fold_unary(Importer& importer) {
  const std::string op = importer.node().op_type();
  const bool keeps_type = is_one_of(op, {"Neg", "Abs", "Relu", "Sign"});
  const bool is_float = op != "Not" && (!keeps_type || holds_floats(importer));
  importer.set_output(0, mapped(importer, is_float, [&](double x) { return unary(op, x); }));
}

void fold_binary(Importer& importer) {
  const onnx::NodeProto& node = importer.node();
  Value result = importer.raw_input(0);
  for (int k = 1; k < node.input_size(); ++k)
    result = combined(importer, node.op_type(), result, importer.raw_input(k));
  importer.set_output(0, result);
}

void fold_clip(Importer& importer) {
  Value result = importer.raw_input(0);
  const auto limited = [&](int k, const char* name, const char* op) {
    if (const auto* given = find_attribute(importer.node(), name); given != nullptr) {
      const auto limit = std::make_shared<Constant>();
      limit->is_float = true;
      limit->floats = {attribute(importer.node(), name, 0.0)};
      result = combined(importer, op, result, constant_value({}, limit));
    } else if (importer.has_input(k)) {
      result = combined(importer, op, result, importer.raw_input(k));
    }
  };
  limited(1, "min", "Max");
  limited(2, "max", "Min");
  importer.set_output(0, result);
}

void fold_where(Importer& importer) {
  const Value &condition = importer.raw_input(0), &a = importer.raw_input(1), &b = importer.raw_input(2);
  const Dims dims = broadcast_dims(condition.dims, broadcast_dims(a.dims, b.dims));
  if (!condition.constant || !a.constant || !b.constant || !importer.may_fold(dims))
    return importer.set_output(0, constant_value(dims, nullptr));
  const auto at = offsets(dims, broadcast_strides(condition.dims, dims)),
             at_a = offsets(dims, broadcast_strides(a.dims, dims)),
             at_b = offsets(dims, broadcast_strides(b.dims, dims));
  const auto result = std::make_shared<Constant>();
  result->is_float = a.constant->is_float || b.constant->is_float;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const bool first = condition.constant->number(at[i]) != 0;
    const Constant& from = first ? *a.constant : *b.constant;
    const std::size_t k = first ? at_a[i] : at_b[i];
    if (result->is_float)
      result->floats.push_back(from.number(k));
    else
      result->ints.push_back(from.ints.at(k));
  }
  importer.set_output(0, constant_value(dims, result));
}

void fold_cast(Importer& importer) {
  using onnx::TensorProto;
  const std::int64_t to = attribute(importer.node(), "to", std::int64_t{1});
  const bool is_float = to == TensorProto::FLOAT || to == TensorProto::DOUBLE || to == TensorProto::FLOAT16 ||
                        to == TensorProto::BFLOAT16;
  const Value& in = importer.raw_input(0);
  if (!is_float && in.constant && !in.constant->is_float && to != TensorProto::BOOL)
    return importer.set_output(0, constant_value(in.dims, in.constant));
  importer.set_output(
      0, mapped(importer, is_float, [&](double x) { return to == TensorProto::BOOL ? (x != 0 ? 1.0 : 0.0) : x; }));
}

void fold_same_shape(Importer& importer) {
  Value result = constant_value(importer.raw_input(0).dims, nullptr);
  result.bits = importer.raw_input(0).bits;
  for (int k = 0; k < std::max(1, importer.node().output_size()); ++k) importer.set_output(k, result);
}

void fold_mat_mul(Importer& importer) {
  const Dims &a = importer.raw_input(0).dims, &b = importer.raw_input(1).dims;
  if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2])
    throw Refusal{"a product of stored tensors that do not fit"};
  Dims dims = broadcast_dims(Dims(a.begin(), a.end() - 2), Dims(b.begin(), b.end() - 2));
  dims.push_back(a[a.size() - 2]);
  dims.push_back(b.back());
  element_count(dims);
  importer.set_output(0, constant_value(dims, nullptr));
}

}  // namespace rowflow

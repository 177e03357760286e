// Constants made from shapes and numbers, and reductions.
#include "sim/import/fold_shapes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/import/fold.hpp"
#include "sim/import/slices.hpp"

namespace rowflow {

namespace {

const Constant& number_input(Importer& importer, int k) {
  const Value& value = importer.raw_input(k);
  if (!value.constant || value.constant->size() != 1) throw Refusal{"a range whose limits the file does not hold"};
  return *value.constant;
}

double start_of(const std::string& op) {
  const double infinity = std::numeric_limits<double>::infinity();
  return op == "ReduceMax" ? -infinity : op == "ReduceMin" ? infinity : op == "ReduceProd" ? 1 : 0;
}

double reduced(const std::string& op, double sum, double x) {
  if (op == "ReduceMax") return std::max(sum, x);
  if (op == "ReduceMin") return std::min(sum, x);
  if (op == "ReduceProd") return sum * x;
  if (op == "ReduceL1") return sum + std::abs(x);
  return op == "ReduceL2" ? sum + x * x : sum + x;
}

}  // namespace

void fold_constant_of_shape(Importer& importer) {
  const Dims dims = importer.integers(0, "", true);
  const std::int64_t count = element_count(dims);
  const auto result = std::make_shared<Constant>();
  const auto* value = find_attribute(importer.node(), "value");
  const auto fill = value != nullptr && value->has_t() ? tensor_values(value->t()) : nullptr;
  result->is_float = !fill || fill->is_float;
  if (!importer.may_fold(dims) || (fill && fill->size() != 1))
    return importer.set_output(0, constant_value(dims, nullptr));
  if (result->is_float)
    result->floats.assign(static_cast<std::size_t>(count), fill ? fill->floats[0] : 0.0);
  else
    result->ints.assign(static_cast<std::size_t>(count), fill->ints[0]);
  importer.set_output(0, constant_value(dims, result));
}

void fold_range(Importer& importer) {
  const Constant &start = number_input(importer, 0), &limit = number_input(importer, 1),
                 &delta = number_input(importer, 2);
  const double step = delta.number(0), count = std::ceil((limit.number(0) - start.number(0)) / step);
  if (!(count <= 1e12)) throw Refusal{"a range without an end"};
  const Dims dims{static_cast<std::int64_t>(std::max(0.0, count))};
  if (!importer.may_fold(dims)) return importer.set_output(0, constant_value(dims, nullptr));
  const auto result = std::make_shared<Constant>();
  result->is_float = start.is_float || delta.is_float;
  for (std::int64_t i = 0; i < dims[0]; ++i) {
    if (result->is_float)
      result->floats.push_back(start.number(0) + static_cast<double>(i) * step);
    else
      result->ints.push_back(
          static_cast<std::int64_t>(static_cast<std::uint64_t>(start.ints[0]) +
                                    static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(delta.ints[0])));
  }
  importer.set_output(0, constant_value(dims, result));
}

void fold_size(Importer& importer) {
  const auto result = std::make_shared<Constant>();
  result->ints = {element_count(importer.raw_input(0).dims)};
  importer.set_output(0, constant_value({}, result));
}

void fold_non_zero(Importer& importer) {
  const Value& in = importer.raw_input(0);
  if (!in.constant) throw Refusal{"it counts values that the file does not hold"};
  const std::vector<std::int64_t> strides = strides_of(in.dims);
  const auto result = std::make_shared<Constant>();
  std::vector<std::int64_t> found;
  for (std::size_t i = 0; i < in.constant->size(); ++i) {
    if (in.constant->number(i) != 0) found.push_back(static_cast<std::int64_t>(i));
  }
  for (std::size_t k = 0; k < in.dims.size(); ++k) {
    for (const std::int64_t i : found) result->ints.push_back(i / strides[k] % in.dims[k]);
  }
  importer.set_output(
      0, constant_value({static_cast<std::int64_t>(in.dims.size()), static_cast<std::int64_t>(found.size())}, result));
}

void fold_reduce(Importer& importer) {
  const std::string op = importer.node().op_type();
  const Value& in = importer.raw_input(0);
  const std::vector<std::int64_t> axes = reduced_axes(importer, in.dims.size());
  const bool keeps = attribute(importer.node(), "keepdims", std::int64_t{1}) != 0;
  Dims kept = in.dims, dims;
  for (const std::int64_t axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    if (keeps || std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(k)) == axes.end())
      dims.push_back(kept[k]);
  }
  const std::int64_t count = element_count(kept);
  if (!in.constant || count == 0 || !importer.may_fold(in.dims))
    return importer.set_output(0, constant_value(dims, nullptr));
  std::vector<double> sums(static_cast<std::size_t>(count), start_of(op));
  const std::vector<std::size_t> to = offsets(in.dims, broadcast_strides(kept, in.dims));
  for (std::size_t i = 0; i < to.size(); ++i) sums.at(to[i]) = reduced(op, sums[to[i]], in.constant->number(i));
  const auto result = std::make_shared<Constant>();
  result->is_float = in.constant->is_float;
  for (double sum : sums) {
    if (op == "ReduceMean") sum /= static_cast<double>(to.size()) / static_cast<double>(count);
    if (op == "ReduceL2") sum = std::sqrt(sum);
    if (result->is_float)
      result->floats.push_back(static_cast<double>(static_cast<float>(sum)));
    else
      result->ints.push_back(static_cast<std::int64_t>(std::clamp(sum, -9e18, 9e18)));
  }
  importer.set_output(0, constant_value(dims, result));
}

}  // namespace rowflow

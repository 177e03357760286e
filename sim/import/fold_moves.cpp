// Elements of constants in another place: slices, lookups, joins, orders.
#include "sim/import/fold_moves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/import/fold.hpp"
#include "sim/import/slices.hpp"

namespace rowflow {

namespace {

Value moved(const Importer& importer, const Value& from, const Dims& dims, const std::vector<std::int64_t>& strides,
            std::int64_t start) {
  if (!from.constant || !importer.may_fold(dims)) return constant_value(dims, nullptr);
  return constant_value(dims, taken(*from.constant, offsets(dims, strides, start)));
}

void append(Constant& to, const Constant& from, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (to.is_float)
      to.floats.push_back(from.number(i));
    else
      to.ints.push_back(from.ints.at(i));
  }
}

}  // namespace

void fold_slice(Importer& importer) {
  const Value& in = importer.raw_input(0);
  const std::vector<SliceRange> ranges = slice_ranges(importer, in.dims);
  const std::vector<std::int64_t> own = strides_of(in.dims);
  Dims dims;
  std::vector<std::int64_t> strides;
  std::int64_t start = 0;
  for (std::size_t k = 0; k < ranges.size(); ++k) {
    dims.push_back(ranges[k].count);
    strides.push_back(own[k] * ranges[k].step);
    start += own[k] * ranges[k].begin;
  }
  importer.set_output(0, moved(importer, in, dims, strides, start));
}

void fold_split(Importer& importer) {
  const Value in = importer.raw_input(0);
  const std::size_t axis =
      static_cast<std::size_t>(axis_of(attribute(importer.node(), "axis", std::int64_t{0}), in.dims.size()));
  const std::vector<std::int64_t> sizes = split_sizes(importer, in.dims[axis]), own = strides_of(in.dims);
  std::int64_t begin = 0;
  for (int k = 0; k < importer.node().output_size(); ++k) {
    Dims dims = in.dims;
    dims[axis] = sizes.at(static_cast<std::size_t>(k));
    importer.set_output(k, moved(importer, in, dims, own, begin * own[axis]));
    begin += dims[axis];
  }
}

void fold_gather(Importer& importer) {
  const Value &data = importer.raw_input(0), &indices = importer.raw_input(1);
  const auto axis =
      static_cast<std::size_t>(axis_of(attribute(importer.node(), "axis", std::int64_t{0}), data.dims.size()));
  Dims dims(data.dims.begin(), data.dims.begin() + static_cast<std::ptrdiff_t>(axis));
  dims.insert(dims.end(), indices.dims.begin(), indices.dims.end());
  dims.insert(dims.end(), data.dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1, data.dims.end());
  if (!data.constant || !indices.constant || !importer.may_fold(dims))
    return importer.set_output(0, constant_value(dims, nullptr));
  if (indices.constant->is_float) throw Refusal{"indices that are no integers"};
  const std::int64_t extent = data.dims[axis], inner = strides_of(data.dims)[axis];
  const std::int64_t outer =
      element_count(Dims(data.dims.begin(), data.dims.begin() + static_cast<std::ptrdiff_t>(axis)));
  std::vector<std::size_t> at;
  for (std::int64_t o = 0; o < outer; ++o) {
    for (std::int64_t index : indices.constant->ints) {
      if (index < 0) index += extent;
      if (index < 0 || index >= extent) throw Refusal{"an index beyond its tensor"};
      for (std::int64_t i = 0; i < inner; ++i) at.push_back(static_cast<std::size_t>((o * extent + index) * inner + i));
    }
  }
  importer.set_output(0, constant_value(dims, taken(*data.constant, at)));
}

void fold_concat(Importer& importer) {
  const int inputs = importer.node().input_size();
  Dims dims = importer.raw_input(0).dims;
  const auto axis = static_cast<std::size_t>(axis_of(attribute(importer.node(), "axis", std::int64_t{1}), dims.size()));
  bool all_known = true, is_float = false;
  dims[axis] = 0;
  for (int k = 0; k < inputs; ++k) {
    const Value& value = importer.raw_input(k);
    for (std::size_t d = 0; d < dims.size(); ++d) {
      const bool fits = value.dims.size() == dims.size() && (d == axis || value.dims[d] == dims[d]);
      if (!fits) throw Refusal{"stored tensors joined whose shapes differ"};
    }
    dims[axis] += value.dims[axis];
    all_known = all_known && value.constant;
    is_float = is_float || (value.constant && value.constant->is_float);
  }
  if (!all_known || !importer.may_fold(dims)) return importer.set_output(0, constant_value(dims, nullptr));
  const auto result = std::make_shared<Constant>();
  result->is_float = is_float;
  const std::int64_t outer = element_count(Dims(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(axis)));
  for (std::int64_t o = 0; o < outer; ++o) {
    for (int k = 0; k < inputs; ++k) {
      const Constant& part = *importer.raw_input(k).constant;
      const std::size_t length = part.size() / static_cast<std::size_t>(outer),
                        begin = static_cast<std::size_t>(o) * length;
      append(*result, part, begin, begin + length);
    }
  }
  importer.set_output(0, constant_value(dims, result));
}

void fold_transpose(Importer& importer) {
  const Value in = importer.raw_input(0);
  const std::vector<std::int64_t> perm = transpose_order(importer, in.dims.size()), own = strides_of(in.dims);
  Dims dims;
  std::vector<std::int64_t> strides;
  for (const std::int64_t axis : perm) {
    dims.push_back(in.dims[static_cast<std::size_t>(axis)]);
    strides.push_back(own[static_cast<std::size_t>(axis)]);
  }
  Value out = moved(importer, in, dims, strides, 0);
  out.bits = in.bits;
  importer.set_output(0, out);
}

void fold_expand(Importer& importer) {
  const Value in = importer.raw_input(0);
  const Dims dims = broadcast_dims(in.dims, importer.integers(1, "shape", true));
  importer.set_output(0, moved(importer, in, dims, broadcast_strides(in.dims, dims), 0));
}

void fold_tile(Importer& importer) {
  const Value in = importer.raw_input(0);
  const auto repeats = importer.integers(1, "repeats", true);
  if (repeats.size() != in.dims.size()) throw Refusal{"repeats that do not fit the tensor's rank"};
  Dims dims, pairs;
  std::vector<std::int64_t> strides;
  const std::vector<std::int64_t> own = strides_of(in.dims);
  for (std::size_t k = 0; k < repeats.size(); ++k) {
    if (repeats[k] < 0 || repeats[k] > most_tensor_elements) throw Refusal{"repeats that are out of range"};
    pairs.insert(pairs.end(), {repeats[k], in.dims[k]});
    strides.insert(strides.end(), {0, own[k]});
    dims.push_back(element_count({repeats[k], in.dims[k]}));
  }
  if (!in.constant || !importer.may_fold(dims)) return importer.set_output(0, constant_value(dims, nullptr));
  importer.set_output(0, constant_value(dims, taken(*in.constant, offsets(pairs, strides))));
}

void fold_pad(Importer& importer) {
  const Value in = importer.raw_input(0);
  const std::vector<std::int64_t> pads = pad_sizes(importer, in.dims.size());
  if (attribute(importer.node(), "mode", std::string("constant")) != "constant")
    throw Refusal{"a stored tensor padded by reflection"};
  Dims dims;
  std::int64_t start = 0;
  for (std::size_t k = 0; k < in.dims.size(); ++k) {
    dims.push_back(in.dims[k] + pads[k] + pads[k + in.dims.size()]);
    if (dims[k] < 0 || pads[k] < 0 || pads[k + in.dims.size()] < 0)
      throw Refusal{"a stored tensor padded by negative sizes"};
  }
  if (!in.constant || !importer.may_fold(dims)) return importer.set_output(0, constant_value(dims, nullptr));
  double fill = 0;
  if (importer.has_input(2)) {
    const Value& value = importer.raw_input(2);
    if (!value.constant || value.constant->size() != 1) return importer.set_output(0, constant_value(dims, nullptr));
    fill = value.constant->number(0);
  }
  const std::vector<std::int64_t> own = strides_of(dims);
  for (std::size_t k = 0; k < dims.size(); ++k) start += pads[k] * own[k];
  auto result = std::make_shared<Constant>();
  result->is_float = in.constant->is_float;
  const auto count = static_cast<std::size_t>(element_count(dims));
  result->floats.assign(result->is_float ? count : 0, fill);
  result->ints.assign(result->is_float ? 0 : count,
                      static_cast<std::int64_t>(std::clamp(std::isnan(fill) ? 0 : fill, -9e18, 9e18)));
  const std::vector<std::size_t> to = offsets(in.dims, own, start);
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (result->is_float)
      result->floats.at(to[i]) = in.constant->floats[i];
    else
      result->ints.at(to[i]) = in.constant->ints[i];
  }
  importer.set_output(0, constant_value(dims, result));
}

}  // namespace rowflow

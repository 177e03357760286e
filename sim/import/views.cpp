// The same elements under other dimensions: no layer, except where channels change order.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/import/operators.hpp"

namespace rowflow {

namespace {

/// A value of rank 4 in NHWC order keeps its order only when it is a vector anyway.
const Value& viewable(Importer& importer) {
  const Value& in = importer.input(0);
  if (in.is_map() && in.is_padded()) importer.map_input(0);
  if (in.is_map() && in.layout == Layout::nhwc && importer.shape_of(in).height * importer.shape_of(in).width > 1) {
    throw Refusal{"a reshape of a map in height-width-channel order"};
  }
  return in;
}

void set_view(Importer& importer, Dims dims) {
  const Value in = viewable(importer);
  if (element_count(dims) != element_count(in.dims)) {
    throw Refusal{fmt::format("[{}] does not have the elements of [{}]", fmt::join(dims, ", "), fmt::join(in.dims, ", "))};
  }
  if (in.shuffled_groups == 0) {
    Value out = importer.viewed(in, dims);
    out.layout = Layout::nchw;
    return importer.set_output(0, out);
  }
  const Shape& shape = importer.shape_of(in);
  if (dims != Dims{1, shape.channels, shape.height, shape.width})
    throw Refusal{"channels transposed by groups, and not reshaped back to the map"};
  LayerConfig config;
  config.type = LayerType::channel_shuffle;
  config.groups = in.shuffled_groups;
  importer.set_output(0, importer.add_layer(config, {in}));
}

std::int64_t normal_axis(std::int64_t axis, std::size_t rank) {
  if (axis < 0) axis += static_cast<std::int64_t>(rank);
  if (axis < 0 || axis >= static_cast<std::int64_t>(rank)) throw Refusal{"an axis beyond the tensor's rank"};
  return axis;
}

/// perm moves only dimensions of extent 1 past the others: the order of elements stays.
bool keeps_order(const Dims& dims, const Dims& perm) {
  std::int64_t last = -1;
  for (const std::int64_t axis : perm) {
    if (dims[axis] == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

}  // namespace

void import_reshape(Importer& importer) {
  auto dims = importer.integers(1, "shape", true);
  if (dims.size() > 8) throw Refusal{"more than 8 dimensions"};
  const Dims& from = importer.raw_input(0).dims;
  const bool zero_is_zero = attribute(importer.node(), "allowzero", std::int64_t{0}) != 0;
  std::int64_t known = 1;
  int open = -1;
  for (std::size_t k = 0; k < dims.size(); ++k) {
    if (dims[k] == 0 && !zero_is_zero) {
      if (k >= from.size()) throw Refusal{"a 0 in its shape has no dimension to copy"};
      dims[k] = from[k];
    }
    if (dims[k] == -1 && open < 0) {
      open = static_cast<int>(k);
    } else if (dims[k] < 1 || known > most_tensor_elements / dims[k]) {
      throw Refusal{fmt::format("found shape [{}]", fmt::join(dims, ", "))};
    } else {
      known *= dims[k];
    }
  }
  if (open >= 0) dims[open] = element_count(from) / known;
  set_view(importer, dims);
}

void import_flatten(Importer& importer) {
  const Dims& from = importer.raw_input(0).dims;
  std::int64_t axis = attribute(importer.node(), "axis", std::int64_t{1});
  if (axis < 0) axis += static_cast<std::int64_t>(from.size());
  if (axis < 0 || axis > static_cast<std::int64_t>(from.size())) throw Refusal{"an axis beyond the tensor's rank"};
  set_view(importer, {element_count(Dims(from.begin(), from.begin() + axis)), element_count(Dims(from.begin() + axis, from.end()))});
}

void import_squeeze(Importer& importer) {
  const Dims& from = importer.raw_input(0).dims;
  auto axes = importer.integers(1, "axes", false);
  const bool all = axes.empty();
  for (auto& axis : axes) {
    axis = normal_axis(axis, from.size());
    if (from[axis] != 1) throw Refusal{"an axis that is not 1"};
  }
  Dims dims;
  for (std::size_t k = 0; k < from.size(); ++k) {
    const bool drop = all ? from[k] == 1 : std::count(axes.begin(), axes.end(), static_cast<std::int64_t>(k)) > 0;
    if (!drop) dims.push_back(from[k]);
  }
  set_view(importer, dims);
}

void import_unsqueeze(Importer& importer) {
  Dims dims = importer.raw_input(0).dims;
  auto axes = importer.integers(1, "axes", true);
  const std::size_t rank = dims.size() + axes.size();
  if (rank > 8) throw Refusal{"more than 8 dimensions"};
  for (auto& axis : axes) axis = normal_axis(axis, rank);
  std::sort(axes.begin(), axes.end());
  for (const std::int64_t axis : axes) {
    if (axis > static_cast<std::int64_t>(dims.size())) throw Refusal{"axes that do not fit together"};
    dims.insert(dims.begin() + axis, 1);
  }
  set_view(importer, dims);
}

void import_transpose(Importer& importer) {
  const Value in = importer.input(0);
  const std::size_t rank = in.dims.size();
  Dims reversed, perm;
  for (std::size_t k = rank; k-- > 0;) reversed.push_back(static_cast<std::int64_t>(k));
  perm = attribute(importer.node(), "perm", reversed);
  Dims sorted = perm, dims;
  std::sort(sorted.begin(), sorted.end());
  if (!std::equal(sorted.begin(), sorted.end(), reversed.rbegin(), reversed.rend())) throw Refusal{"perm is no order of its dimensions"};
  for (const std::int64_t axis : perm) dims.push_back(in.dims[axis]);
  Value out = importer.viewed(in, dims);
  if (in.is_constant()) {
    out.constant = keeps_order(in.dims, perm) ? in.constant : nullptr;
    return importer.set_output(0, out);
  }
  const Value map = importer.map_input(0);
  const Shape& shape = importer.shape_of(map);
  if (rank == 4 && map.layout == Layout::nhwc && perm == Dims{0, 3, 1, 2}) {
    out.layout = Layout::nchw;
  } else if (rank == 4 && map.layout == Layout::nchw && perm == Dims{0, 2, 3, 1} &&
             map.dims == Dims{1, shape.channels, shape.height, shape.width}) {
    out.layout = Layout::nhwc;
  } else if (rank == 5 && perm == Dims{0, 2, 1, 3, 4} && map.dims[1] * map.dims[2] == shape.channels && map.dims[3] == shape.height) {
    out.shuffled_groups = map.dims[1];
  } else if (map.layout == Layout::nhwc || !keeps_order(map.dims, perm)) {
    throw Refusal{
        fmt::format("the order [{}] of a map [{}]: rows would arrive in another order", fmt::join(perm, ", "), fmt::join(map.dims, ", "))};
  }
  importer.set_output(0, out);
}

void import_pass_through(Importer& importer) {
  if (is_pass_through(importer.node())) return;  // its readers read what it reads
  importer.set_output(0, importer.viewed(importer.input(0), importer.input(0).dims));
}

void import_shape(Importer& importer) {
  const Dims& dims = importer.raw_input(0).dims;
  const auto rank = static_cast<std::int64_t>(dims.size());
  auto bound = [&](const char* name, std::int64_t standard) {
    std::int64_t value = attribute(importer.node(), name, standard);
    if (value < 0) value += rank;
    return std::min(std::max<std::int64_t>(value, 0), rank);
  };
  const std::int64_t begin = bound("start", 0), end = std::max(begin, bound("end", rank));
  const auto constant = std::make_shared<Constant>();
  constant->ints.assign(dims.begin() + begin, dims.begin() + end);
  Value out;
  out.kind = Value::Kind::constant;
  out.dims = {end - begin};
  out.constant = constant;
  importer.set_output(0, out);
}

void import_constant(Importer& importer) {
  Value out;
  out.kind = Value::Kind::constant;
  const onnx::NodeProto& node = importer.node();
  const auto constant = std::make_shared<Constant>();
  if (const auto* tensor = find_attribute(node, "value"); tensor != nullptr && tensor->has_t()) {
    out.dims = tensor_dims(tensor->t());
    out.constant = tensor_values(tensor->t());
    return importer.set_output(0, out);
  }
  if (find_attribute(node, "value_int") != nullptr) {
    constant->ints = {attribute(node, "value_int", std::int64_t{0})};
  } else if (find_attribute(node, "value_float") != nullptr) {
    constant->is_float = true;
    constant->floats = {attribute(node, "value_float", 0.0)};
  } else if (find_attribute(node, "value_ints") != nullptr) {
    constant->ints = attribute(node, "value_ints", std::vector<std::int64_t>{});
    out.dims = {static_cast<std::int64_t>(constant->ints.size())};
  } else if (find_attribute(node, "value_floats") != nullptr) {
    constant->is_float = true;
    constant->floats = float_list(node, "value_floats");
    out.dims = {static_cast<std::int64_t>(constant->floats.size())};
  } else {
    throw Refusal{"a constant that is neither a tensor nor numbers"};
  }
  out.constant = constant;
  importer.set_output(0, out);
}

}  // namespace rowflow

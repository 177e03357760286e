// The same elements under other dimensions: no layer, except where channels change order.
#include "sim/import/views.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "sim/import/fold.hpp"
#include "sim/import/slices.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

/// A map in height-width-channel order keeps that order: as [1, H, W, C] with or without the 1, its pixels in one axis,
/// or all as one vector.
bool keeps_pixels(const Shape& shape, const Dims& dims) {
  Dims own;
  std::copy_if(dims.begin(), dims.end(), std::back_inserter(own), [](std::int64_t dim) { return dim != 1; });
  const auto is = [&](Dims expected) {
    expected.erase(std::remove(expected.begin(), expected.end(), 1), expected.end());
    return own == expected;
  };
  return is({shape.height, shape.width, shape.channels}) || is({shape.height * shape.width, shape.channels}) ||
         is({shape.height * shape.width * shape.channels});
}

const Value& viewable(Importer& importer, const Dims& dims) {
  const Value& in = importer.input(0);
  if (!in.is_map()) return in;
  if (in.is_padded() || in.repeated || in.is_sampled() || !in.order.empty()) importer.map_input(0);
  const Shape& shape = importer.shape_of(in);
  const bool is_vector = shape.height * shape.width == 1;
  if (in.layout == Layout::nhwc && !is_vector && !keeps_pixels(shape, dims))
    throw Refusal{"a reshape of a map in height-width-channel order"};
  return in;
}

void set_blocks(Importer& importer, const Value& in, const Dims& dims) {
  const Shape& shape = importer.shape_of(in);
  LayerConfig config;
  config.type = in.to_space.height > 0 ? LayerType::depth_to_space : LayerType::space_to_depth;
  config.scale = in.to_space;
  if (in.to_depth.height > 0) config.kernel = in.to_depth;
  const std::int64_t rows =
      in.to_space.height > 0 ? shape.height * in.to_space.height : shape.height / in.to_depth.height;
  const std::int64_t columns =
      in.to_space.height > 0 ? shape.width * in.to_space.width : shape.width / in.to_depth.width;
  if (dims.size() != 4 || dims[0] != 1 || dims[2] != rows || dims[3] != columns)
    throw Refusal{"blocks of pixels were moved among the axes and not reshaped back to a map"};
  importer.set_output(0, importer.add_layer(config, {in}));
}

void set_view(Importer& importer, Dims dims) {
  const Value in = viewable(importer, dims);
  if (element_count(dims) != element_count(in.dims)) {
    throw Refusal{
        fmt::format("[{}] does not have the elements of [{}]", fmt::join(dims, ", "), fmt::join(in.dims, ", "))};
  }
  if (in.is_rearranged()) return set_blocks(importer, in, dims);
  if (in.shuffled_groups == 0) {
    Value out = importer.viewed(in, dims);
    if (in.is_map() && importer.shape_of(in).height * importer.shape_of(in).width == 1)
      out.layout = vector_layout(dims, importer.shape_of(in).channels);
    return importer.set_output(0, out);
  }
  const Shape& shape = importer.shape_of(in);
  const bool has_rows =
      dims.size() >= 3 && dims[dims.size() - 1] == shape.width && dims[dims.size() - 2] == shape.height;
  const bool has_pixels = dims.size() >= 2 && dims.back() == shape.height * shape.width;
  if (has_rows || has_pixels) {
    LayerConfig config;
    config.type = LayerType::channel_shuffle;
    config.groups = in.shuffled_groups;
    Value out = importer.add_layer(config, {in});
    out.dims = dims;
    return importer.set_output(0, out);
  }
  throw Refusal{"channels transposed by groups, and not reshaped back to the map"};
}

}  // namespace

Layout vector_layout(const Dims& dims, std::int64_t channels) {
  return dims.size() == 4 && dims[3] == channels && dims[1] == 1 && channels > 1 ? Layout::nhwc : Layout::nchw;
}

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
  const std::int64_t batch = importer.batch();
  const bool has_batch = batch > 1 && !dims.empty() && dims[0] > 1 && dims[0] % batch == 0;
  if (has_batch && open != 0 &&
      (open >= 0 || element_count(dims) == batch * element_count(from))) {  // the model's own batch, read as 1
    dims[0] /= batch;
    if (open >= 0) dims[open] = element_count(from) / (known / batch);
  }
  set_view(importer, dims);
}

void import_flatten(Importer& importer) {
  const Dims& from = importer.raw_input(0).dims;
  std::int64_t axis = attribute(importer.node(), "axis", std::int64_t{1});
  if (axis < 0) axis += static_cast<std::int64_t>(from.size());
  if (axis < 0 || axis > static_cast<std::int64_t>(from.size())) throw Refusal{"an axis beyond the tensor's rank"};
  set_view(importer, {element_count(Dims(from.begin(), from.begin() + axis)),
                      element_count(Dims(from.begin() + axis, from.end()))});
}

void import_squeeze(Importer& importer) {
  const Dims& from = importer.raw_input(0).dims;
  auto axes = importer.integers(1, "axes", false);
  const bool all = axes.empty();
  for (auto& axis : axes) {
    axis = axis_of(axis, from.size());
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
  for (auto& axis : axes) axis = axis_of(axis, rank);
  std::sort(axes.begin(), axes.end());
  for (const std::int64_t axis : axes) {
    if (axis > static_cast<std::int64_t>(dims.size())) throw Refusal{"axes that do not fit together"};
    dims.insert(dims.begin() + axis, 1);
  }
  set_view(importer, dims);
}

/// Broadcast to a larger shape: what Mul does by itself, where it reads the result.
void import_expand(Importer& importer) {
  Value in = importer.map_input(0);
  Dims to;
  if (importer.node().op_type() == "Tile") {
    to = in.dims;
    const auto repeats = importer.integers(1, "repeats", true);
    if (repeats.size() != to.size()) throw Refusal{"repeats that do not fit the tensor's rank"};
    for (std::size_t k = 0; k < to.size(); ++k) {
      if (repeats[k] < 1 || repeats[k] > largest_extent || (repeats[k] > 1 && to[k] != 1))
        throw Refusal{"a map repeated along an axis that it fills"};
      to[k] *= repeats[k];
    }
  } else {
    auto wanted = importer.integers(1, "shape", true);
    if (!wanted.empty() && wanted[0] > 1 && wanted[0] == importer.batch()) wanted[0] = 1;
    to = broadcast_dims(in.dims, wanted);
  }
  if (to == in.dims) return importer.set_output(0, importer.viewed(in, to));
  const Shape& shape = importer.shape_of(in);
  const bool is_gate = shape.height * shape.width == 1 && in.dims.size() == 4 && in.layout == Layout::nchw &&
                       to.size() == 4 && to[0] == 1 && to[1] == in.dims[1];
  const bool is_mask = shape.channels == 1 && to.size() == 4 && to[1] <= largest_channels &&
                       in.layout == Layout::nchw && in.dims == Dims{1, 1, shape.height, shape.width} &&
                       to == Dims{1, to[1], shape.height, shape.width};
  if (!is_gate && !is_mask)
    throw Refusal{fmt::format("a map [{}] repeated to [{}]: covered for one value a channel or one a pixel",
                              fmt::join(in.dims, ", "), fmt::join(to, ", "))};
  Value out = importer.viewed(in, to);
  out.repeated = true;
  importer.set_output(0, out);
}

void import_pass_through(Importer& importer) {
  if (importer.graph().is_pass_through(importer.node())) return;  // its readers read what it reads
  const Value& raw = importer.raw_input(0);
  if (raw.is_map() && raw.function && importer.uses(raw) == 1)
    return importer.set_output(0, raw);  // it goes on growing
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

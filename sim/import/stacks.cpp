#include "sim/import/stacks.hpp"

#include "sim/import/attributes.hpp"
#include "sim/import/fold.hpp"
#include "sim/import/orders.hpp"

namespace rowflow {

namespace {

/// Numbers stored under this name, be it by a node that the walk has not come to; none where they are computed.
std::vector<std::int64_t> stored_integers(Importer& importer, const std::string& name) {
  std::shared_ptr<const Constant> stored;
  const onnx::NodeProto* writer = importer.graph().writer(importer.graph().root(name));
  if (const Value* value = importer.find_value(name)) {
    stored = value->constant;
  } else if (writer != nullptr && writer->op_type() == "Constant") {
    const auto* tensor = find_attribute(*writer, "value");
    if (tensor != nullptr && tensor->has_t()) stored = tensor_values(tensor->t());
  }
  return stored && !stored->is_float ? stored->ints : std::vector<std::int64_t>{};
}

/// The node takes the sum along this axis, and along no other.
bool sums_along(Importer& importer, const onnx::NodeProto& node, std::int64_t axis, std::size_t rank) {
  if (node.op_type() != "ReduceSum" || attribute(node, "noop_with_empty_axes", std::int64_t{0}) != 0) return false;
  std::vector<std::int64_t> axes = attribute(node, "axes", std::vector<std::int64_t>{});
  if (node.input_size() > 1 && !node.input(1).empty()) axes = stored_integers(importer, node.input(1));
  return axes.size() == 1 && axis_of(axes[0], rank) == axis;
}

const onnx::NodeProto* only_reader(const Importer& importer, const std::string& name) {
  if (importer.graph().uses(name) != 1) return nullptr;
  for (const onnx::NodeProto* node : importer.graph().nodes())
    if (node->input_size() > 0 && importer.graph().root(node->input(0)) == name) return node;
  return nullptr;
}

}  // namespace

std::size_t channel_axes(const Importer& importer, const Value& in) {
  const Shape& shape = importer.shape_of(in);
  const Dims& dims = in.dims;
  const std::int64_t pixels = shape.height * shape.width;
  const std::size_t rank = dims.size();
  const bool has_rows = rank > 2 && dims[rank - 2] == shape.height && dims[rank - 1] == shape.width;
  const std::size_t behind = pixels == 1 ? 0 : has_rows ? 2 : 1;
  if (in.layout != Layout::nchw || rank <= behind || (behind == 1 && dims.back() != pixels)) return 0;
  const Dims own(dims.begin(), dims.end() - static_cast<std::ptrdiff_t>(behind));
  return element_count(own) == shape.channels ? own.size() : 0;
}

bool joins_channels(const Importer& importer, const Value& in, std::size_t axis) {
  const auto begin = in.dims.begin();
  return axis > 0 && axis < channel_axes(importer, in) &&
         element_count(Dims(begin, begin + static_cast<std::ptrdiff_t>(axis))) == 1;
}

std::vector<std::int64_t> channels_along(const Importer& importer, const Value& in, std::size_t axis,
                                         const std::vector<std::int64_t>& places) {
  const auto at = in.dims.begin() + static_cast<std::ptrdiff_t>(axis);
  const auto end = in.dims.begin() + static_cast<std::ptrdiff_t>(channel_axes(importer, in));
  const std::int64_t inner = element_count(Dims(at + 1, end)), channels = importer.shape_of(in).channels;
  std::vector<std::int64_t> order;
  for (std::int64_t begin = 0; begin < channels; begin += *at * inner)
    for (const std::int64_t place : places)
      for (std::int64_t k = 0; k < inner; ++k) order.push_back(begin + place * inner + k);
  return order;
}

bool try_part_of_channels(Importer& importer, const std::vector<SliceRange>& ranges, const Dims& dims) {
  const Value& raw = importer.raw_input(0);
  if (!raw.is_map() || raw.dims.size() < 5) return false;
  const auto is_part = [&](std::size_t k) { return dims[k] != raw.dims[k]; };
  std::size_t axis = 0;
  while (!is_part(axis)) ++axis;
  for (std::size_t k = axis + 1; k < dims.size(); ++k)
    if (is_part(k)) return false;
  const Value in = importer.map_input(0);
  if (axis >= channel_axes(importer, in)) return false;
  std::vector<std::int64_t> places;
  for (std::int64_t k = 0; k < ranges[axis].count; ++k) places.push_back(ranges[axis].begin + k * ranges[axis].step);
  set_channels(importer, in, channels_along(importer, in, axis, places), dims);
  return true;
}

bool try_sum_of_stack(Importer& importer, std::size_t axis) {
  const std::size_t rank = importer.raw_input(0).dims.size();
  const onnx::NodeProto* reader = rank > 4 ? only_reader(importer, importer.node().output(0)) : nullptr;
  if (reader == nullptr || !sums_along(importer, *reader, static_cast<std::int64_t>(axis), rank)) return false;
  std::vector<Value> operands;
  for (int k = 0; k < importer.node().input_size(); ++k) {
    const Value& value = importer.map_input(k);
    if (value.dims != importer.raw_input(0).dims || value.dims[axis] != 1) return false;
    operands.push_back(value);
  }
  if (operands.size() < 2) return false;
  LayerConfig config;
  config.type = LayerType::add;
  Value out = importer.add_layer(config, operands);
  out.dims = operands[0].dims;
  out.layout = operands[0].layout;
  importer.set_output(0, out);
  return true;
}

}  // namespace rowflow

// Inputs and outputs of a TFLite graph, in its own order of axes and its own types.
#include <fmt/format.h>

#include <algorithm>

#include "sim/import/nodes.hpp"
#include "sim/import/tflite_graph.hpp"

namespace rowflow {

std::vector<int> indices(const flatbuffers::Vector<std::int32_t>* list) {
  return list == nullptr ? std::vector<int>{} : std::vector<int>(list->begin(), list->end());
}

bool is_same_order(const Dims& dims) { return dims[3] == 1 || (dims[1] == 1 && dims[2] == 1); }

void TfliteGraph::declare(onnx::ValueInfoProto& info, int tensor, const Dims& dims) const {
  static const char* const axes[] = {"batch", "height", "width", "channels"};
  info.set_name(tensors_.name(tensor));
  auto* type = info.mutable_type()->mutable_tensor_type();
  type->set_elem_type(tensors_.onnx_type(tensor));
  for (std::size_t k = 0; k < dims.size(); ++k) {
    auto* dim = type->mutable_shape()->add_dim();
    if (dims[k] >= 0)
      dim->set_dim_value(dims[k]);
    else
      dim->set_dim_param(k < map_rank ? axes[k] : "open");
  }
}

void TfliteGraph::take_inputs() {
  const std::vector<int> inputs = indices(source_graph_.inputs());
  const bool any_map = std::any_of(inputs.begin(), inputs.end(),
                                   [&](int tensor) { return tensor >= 0 && tensors_.dims(tensor).size() == map_rank; });
  std::vector<bool> done(tensors_.count(), false);
  for (const int tensor : inputs) {
    if (tensor < 0 || done[tensor] || tensors_.is_stored(tensor)) continue;
    done[tensor] = true;
    const Dims& dims = tensors_.dims(tensor);
    if (dims.size() == 3 && !any_map)
      throw Refusal{fmt::format("input \"{}\" has three dimensions, expected four (batch, height, width, channels)",
                                tensors_.name(tensor))};
    first_node_ = graph_->node_size();
    outputs_ = {tensor};
    std::string value = tensors_.name(tensor);
    const bool is_vector = dims.size() == 2;
    declare(*graph_->add_input(), tensor, is_vector ? Dims{dims[0], dims[1], 1, 1} : dims);
    if (is_vector) value = reshaped(value, dims);
    if (dims.size() == map_rank) value = transposed(value, to_onnx);
    if (tensors_.is_quantised(tensor)) value = dequantised(tensor, value, {});
    if (value == tensors_.name(tensor)) continue;
    node().set_output(0, held_[tensor]);
  }
}

void TfliteGraph::give_outputs() {
  std::vector<bool> done(tensors_.count(), false);
  for (const int tensor : indices(source_graph_.outputs())) {
    if (tensor < 0 || done[tensor]) continue;
    done[tensor] = true;
    outputs_ = {tensor};
    const std::string& name = tensors_.name(tensor);
    const Dims& dims = tensors_.dims(tensor);
    declare(*graph_->add_output(), tensor, dims);
    if (held_[tensor] == name || is_input_[tensor]) continue;
    const auto rounded = rounded_.find(tensor);
    std::string value = rounded == rounded_.end() ? held_[tensor] : rounded->second;
    if (dims.size() != map_rank)
      value = add("Identity", {value});
    else
      value = is_same_order(dims) ? reshaped(value, dims) : transposed(value, from_onnx);
    node().set_output(0, name);
  }
}

}  // namespace rowflow

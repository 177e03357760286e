#include "sim/import/drafts.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <unordered_set>

#include "sim/base/error.hpp"
#include "sim/import/problems.hpp"
#include "sim/network/count.hpp"
#include "sim/network/shapes.hpp"

namespace rowflow {

Value Drafts::add_layer(LayerConfig config, const std::vector<Value>& inputs) {
  Draft draft;
  draft.node = node_;
  config.name = node_title(*node_);
  draft.layer.config = std::move(config);
  std::unordered_set<int> read;
  for (const Value& value : inputs) {
    draft.layer.inputs.push_back(value.layer);
    draft.layer.input_shapes.push_back(shape_of(value));
    draft.layer.config.inputs.push_back(value.name);
    if (!read.insert(value.layer).second) throw Refusal{"it reads the same feature map twice"};
  }
  try {
    infer_shape(draft.layer, file_);
    count(draft.layer);
  } catch (const InputError& error) {
    const std::string text = error.what();
    const std::size_t found = text.find("\": ");
    throw Refusal{found == std::string::npos ? text : text.substr(found + 3)};
  } catch (const std::overflow_error&) {
    throw Refusal{"its MACs or weights exceed 64 bits"};
  }
  drafts_.push_back(std::move(draft));
  return output_of(static_cast<int>(drafts_.size()) - 1);
}

Value Drafts::output_of(int layer) const {
  Value value;
  value.kind = Value::Kind::map;
  value.layer = layer;
  const Shape& shape = drafts_[layer].layer.output;
  value.dims = {1, shape.channels, shape.height, shape.width};
  return value;
}

const Shape& Drafts::shape_of(const Value& value) const {
  return is_network_input(value.layer) ? inputs_[input_place(value.layer)].shape : drafts_[value.layer].layer.output;
}

bool Drafts::is_only_reader(const Value& value, int reads) const {
  return value.exclusive && graph_.uses(value.name) == reads;
}

LayerConfig* Drafts::foldable(const Value& value, int reads) {
  if (!value.is_map() || is_network_input(value.layer) || value.function || !is_only_reader(value, reads))
    return nullptr;
  LayerConfig& config = drafts_[value.layer].layer.config;
  const bool has_weights = config.type == LayerType::conv || config.type == LayerType::conv_transpose ||
                           config.type == LayerType::fully_connected || config.type == LayerType::layer_norm;
  return has_weights && config.activation == "none" ? &config : nullptr;
}

Value Drafts::activate(const Value& value, const std::string& activation, int reads) {
  const bool alone = !is_network_input(value.layer) && is_only_reader(value, reads);
  std::string* is = alone ? &drafts_[value.layer].layer.config.activation : nullptr;
  const bool is_composed = is != nullptr && *is != "none" && *is != "softmax" && activation != "softmax";
  if (is != nullptr && (*is == "none" || is_composed)) {
    *is = is_composed && activation != "none" ? "table" : activation == "none" ? *is : activation;
    Value result = value;
    result.function = nullptr;
    result.exclusive = true;
    return result;
  }
  LayerConfig copy;
  copy.type = LayerType::slice;
  copy.channel_end = shape_of(value).channels;
  copy.activation = activation;
  warnings_.push_back(fmt::format("{}: {} has no layer to ride on, so it is a stage that passes every row on",
                                  node_title(*node_), activation == "none" ? "a factor" : activation));
  const Value added = add_layer(copy, {value});
  Value result = value;
  result.layer = added.layer;
  result.function = nullptr;
  result.exclusive = true;
  return result;
}

/// A factor and an offset for all elements: into the weights of the layer, else into what its activation unit computes.
Value Drafts::with_affine(const Value& base, const Function& f) {
  LayerConfig* layer = foldable(base, f.reads);
  if (layer != nullptr) layer->bias = layer->bias || f.offset != 0;
  const bool rides = layer != nullptr || (!is_network_input(base.layer) && is_only_reader(base, f.reads));
  if (!rides) return activate(base, "none", f.reads);
  Value result = base;
  result.exclusive = true;
  return result;
}

/// One value a pixel: the mean or the maximum over its channels.
Value Drafts::channel_pool(const Value& base, const onnx::NodeProto* node) {
  const onnx::NodeProto* reader = node_;
  if (node != nullptr) node_ = node;
  LayerConfig config;
  config.type = LayerType::channel_pool;
  Value out = add_layer(config, {base});
  node_ = reader;
  const Shape& shape = shape_of(out);
  if (base.layout == Layout::nhwc) {
    out.layout = Layout::nhwc;
    out.dims = {1, shape.height, shape.width, 1};
  }
  return out;
}

Value Drafts::viewed(const Value& value, Dims dims) const {
  Value result = value;
  result.dims = std::move(dims);
  result.exclusive = is_only_reader(value, 1);
  return result;
}

}  // namespace rowflow

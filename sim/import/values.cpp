// Values of the walk: inputs of a node, outputs, draft layers.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <unordered_set>

#include "sim/base/error.hpp"
#include "sim/import/importer.hpp"
#include "sim/network/layer_types.hpp"
#include "sim/network/shapes.hpp"

namespace rowflow {

const Value& Importer::raw_input(int k) {
  if (!has_input(k)) throw Refusal{fmt::format("input {} is missing", k)};
  return values_.at(graph_.root(node_->input(k)));
}

const Value& Importer::input(int k) {
  const Value& value = raw_input(k);
  if (!value.function) return value;
  Value whole = materialised(value);
  whole.name = graph_.root(node_->input(k));
  return values_[whole.name] = whole;
}

namespace {

/// What a clip is called: with an offset between two limits it is the gate of hard-swish and of the hard sigmoid.
std::string clip_name(const Function& f) {
  const bool above = std::isfinite(f.high), below = std::isfinite(f.low);
  if (f.low == 0 && !above) return "relu";
  if (f.low == 0 && f.offset == 0 && std::abs(f.high - 6 * f.scale) <= 1e-6 * f.high) return "relu6";
  return above && below && f.offset != 0 ? "hard_sigmoid" : "clip";
}

}  // namespace

Value Importer::materialised(const Value& value) {
  const Function f = *value.function;
  const auto& known = activation_names();
  if (f.kind == Function::Kind::named && std::find(known.begin(), known.end(), f.name) == known.end())
    throw Refusal{fmt::format("it reads a part of a larger function ({}), and the whole is none that is covered", f.name)};
  const onnx::NodeProto* reader = node_;
  if (f.node != nullptr) node_ = f.node;  // a stage of its own is named after the node that asks for it
  Value result;
  if (f.kind == Function::Kind::named)
    result = activate(*f.base, f.name, f.reads);
  else if (f.kind == Function::Kind::clipped)
    result = activate(*f.base, clip_name(f), f.reads);
  else
    result = with_affine(*f.base, f);
  node_ = reader;
  return result;
}

/// A factor and an offset for all elements: into the weights of the layer, else into what its activation unit computes.
Value Importer::with_affine(const Value& base, const Function& f) {
  LayerConfig* layer = foldable(base, f.reads);
  if (layer != nullptr) layer->bias = layer->bias || f.offset != 0;
  const bool rides = layer != nullptr || (base.layer != network_input && is_only_reader(base, f.reads));
  if (!rides) return activate(base, "none", f.reads);
  Value result = base;
  result.exclusive = true;
  return result;
}

const Value& Importer::map_input(int k) {
  const Value& value = input(k);
  if (!value.is_map()) throw Refusal{fmt::format("input {} is a constant, expected a feature map", k)};
  if (value.is_padded()) throw Refusal{"rows or columns added by Pad are only covered before a convolution or a pool"};
  if (value.shuffled_groups > 0) throw Refusal{"channels were transposed by groups and not reshaped back to a map"};
  return value;
}

const Value& Importer::plain_input(int k) {
  const Value& value = map_input(k);
  const Shape& shape = shape_of(value);
  if (value.layout == Layout::nchw && value.dims == Dims{1, shape.channels, shape.height, shape.width}) return value;
  throw Refusal{fmt::format("its input has dims [{}], expected a feature map [1, {}, {}, {}]", fmt::join(value.dims, ", "), shape.channels,
                            shape.height, shape.width)};
}

std::vector<std::int64_t> Importer::integers(int k, const std::string& attribute_name, bool required) {
  if (!attribute_name.empty() && find_attribute(*node_, attribute_name) != nullptr) {
    return attribute(*node_, attribute_name, std::vector<std::int64_t>{});
  }
  if (!has_input(k)) {
    if (required) throw Refusal{fmt::format("input {} is missing", k)};
    return {};
  }
  const Value& value = raw_input(k);
  if (!value.is_constant() || !value.constant || value.constant->is_float) {
    throw Refusal{fmt::format("input {} ({}) is not a constant known to the file", k, attribute_name)};
  }
  return value.constant->ints;
}

const Dims& Importer::weight_dims(int k, std::size_t rank) {
  const Value& value = raw_input(k);
  if (!value.is_constant()) throw Refusal{"its weights are computed from a feature map, expected stored ones"};
  if (value.dims.size() != rank) throw Refusal{fmt::format("its weights have {} dimensions, expected {}", value.dims.size(), rank)};
  for (const std::int64_t dim : value.dims) {
    if (dim < 1) throw Refusal{"its weights are empty"};
  }
  return value.dims;
}

void Importer::set_output(int k, Value value) {
  if (k >= node_->output_size() || node_->output(k).empty()) return;
  value.name = node_->output(k);
  values_[value.name] = std::move(value);
}

const Shape& Importer::shape_of(const Value& value) const {
  return value.layer == network_input ? input_shape_ : drafts_[value.layer].layer.output;
}

Value Importer::output_of(int layer) const {
  Value value;
  value.kind = Value::Kind::map;
  value.layer = layer;
  const Shape& shape = drafts_[layer].layer.output;
  value.dims = {1, shape.channels, shape.height, shape.width};
  return value;
}

Value Importer::add_layer(LayerConfig config, const std::vector<Value>& inputs) {
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

bool Importer::is_only_reader(const Value& value, int reads) const { return value.exclusive && graph_.uses(value.name) == reads; }

LayerConfig* Importer::foldable(const Value& value, int reads) {
  if (!value.is_map() || value.layer == network_input || value.function || !is_only_reader(value, reads)) return nullptr;
  LayerConfig& config = drafts_[value.layer].layer.config;
  const bool has_weights = config.type == LayerType::conv || config.type == LayerType::conv_transpose ||
                           config.type == LayerType::fully_connected || config.type == LayerType::layer_norm;
  return has_weights && config.activation == "none" ? &config : nullptr;
}

Value Importer::activate(const Value& value, const std::string& activation, int reads) {
  const bool rides = value.layer != network_input && is_only_reader(value, reads) && drafts_[value.layer].layer.config.activation == "none";
  if (rides) {
    drafts_[value.layer].layer.config.activation = activation;
    Value result = value;
    result.function = nullptr;
    result.exclusive = true;
    return result;
  }
  LayerConfig copy;
  copy.type = LayerType::slice;
  copy.channel_end = shape_of(value).channels;
  copy.activation = activation;
  warnings_.push_back(
      fmt::format("{}: {} has no layer to ride on, so it is a stage that passes every row on", node_title(*node_), activation));
  const Value added = add_layer(copy, {value});
  Value result = value;
  result.layer = added.layer;
  result.function = nullptr;
  result.exclusive = true;
  return result;
}

Value Importer::viewed(const Value& value, Dims dims) const {
  Value result = value;
  result.dims = std::move(dims);
  result.exclusive = is_only_reader(value, 1);
  return result;
}

}  // namespace rowflow

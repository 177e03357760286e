// Values of the walk: inputs of a node, outputs, draft layers.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <unordered_set>

#include "sim/base/error.hpp"
#include "sim/import/importer.hpp"
#include "sim/import/slices.hpp"
#include "sim/network/count.hpp"
#include "sim/network/layer_types.hpp"
#include "sim/network/shapes.hpp"

namespace rowflow {

namespace {

bool is_known_activation(const std::string& name) {
  const auto& known = activation_names();
  return std::find(known.begin(), known.end(), name) != known.end();
}

/// What a clip is called: with an offset between two limits it is the gate of hard-swish and of the hard sigmoid.
std::string clip_name(const Function& f) {
  const bool above = std::isfinite(f.high), below = std::isfinite(f.low);
  if (f.low == 0 && !above) return "relu";
  if (f.low == 0 && f.offset == 0 && std::abs(f.high - 6 * f.scale) <= 1e-6 * f.high) return "relu6";
  return above && below && f.offset != 0 ? "hard_sigmoid" : "clip";
}

}  // namespace

bool Function::is_pointwise() const {
  return kind != Kind::named || is_known_activation(name) || name == "tanh_softplus" || name == "erf" ||
         name == "erf_gate";
}

const Value& Importer::raw_map(int k) {
  const Value& value = raw_input(k);
  if (!value.is_map()) throw Refusal{fmt::format("input {} is a constant, expected a feature map", k)};
  return value;
}

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

Value Importer::materialised(const Value& value) {
  const Function f = *value.function;
  if (f.name == "mean" && f.kind == Function::Kind::named) return channel_pool(*f.base, f.node);
  if (!f.is_pointwise())
    throw Refusal{
        fmt::format("it reads a part of a larger function ({}), and the whole is none that is covered", f.name)};
  const onnx::NodeProto* reader = node_;
  if (f.node != nullptr) node_ = f.node;  // a stage of its own is named after the node that asks for it
  Value result;
  if (f.kind == Function::Kind::named)
    result = activate(*f.base, is_known_activation(f.name) ? f.name : "table", f.reads);
  else if (f.kind == Function::Kind::clipped)
    result = activate(*f.base, clip_name(f), f.reads);
  else
    result = with_affine(*f.base, f);
  node_ = reader;
  return result;
}

/// One value a pixel: the mean or the maximum over its channels.
Value Importer::channel_pool(const Value& base, const onnx::NodeProto* node) {
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

/// A factor and an offset for all elements: into the weights of the layer, else into what its activation unit computes.
Value Importer::with_affine(const Value& base, const Function& f) {
  LayerConfig* layer = foldable(base, f.reads);
  if (layer != nullptr) layer->bias = layer->bias || f.offset != 0;
  const bool rides = layer != nullptr || (!is_network_input(base.layer) && is_only_reader(base, f.reads));
  if (!rides) return activate(base, "none", f.reads);
  Value result = base;
  result.exclusive = true;
  return result;
}

const Value& Importer::map_input(int k) {
  const Value& value = input(k);
  if (!value.is_map()) throw Refusal{fmt::format("input {} is a constant, expected a feature map", k)};
  if (value.repeated) return written_out(value);
  if (value.is_padded()) return padded_out(value);
  if (value.is_sampled()) return sampled_out(value);
  if (!value.order.empty()) return ordered_out(value);
  if (value.is_rearranged()) throw Refusal{"blocks of pixels were moved among the axes and not reshaped back to a map"};
  if (value.shuffled_groups > 0) throw Refusal{"channels were transposed by groups and not reshaped back to a map"};
  return value;
}

/// Rows and columns of zeros in front of something else than a window.
const Value& Importer::padded_out(const Value& value) {
  if (value.mirrored || value.repeated_edge)
    throw Refusal{"reflected or repeated rows are only covered in front of a convolution, whose window holds them"};
  const std::string name = value.name;
  Value map = value;
  LayerConfig config;
  config.type = LayerType::pad;
  config.padding = map.padding;
  map.padding = {};
  map = add_layer(config, {map});
  map.name = name;
  map.dims = value.dims;
  map.layout = value.layout;
  return values_[name] = map;
}

/// Every k-th row and column: what a pool of one pixel with that stride keeps.
const Value& Importer::sampled_out(const Value& value) {
  if (value.sampled_from.height + value.sampled_from.width > 0)
    throw Refusal{"every so many-th row, beginning behind the first"};
  const std::string name = value.name;
  Value map = value;
  LayerConfig config;
  config.type = LayerType::max_pool;
  config.stride = map.sampled;
  map.sampled = {1, 1};
  map = add_layer(config, {map});
  map.name = name;
  map.dims = value.dims;
  map.layout = value.layout;
  return values_[name] = map;
}

/// Channels in another order, by layers that move them.
const Value& Importer::ordered_out(const Value& value) {
  Value map = value;
  const Dims order = map.order;
  map.order.clear();
  Value moved = moved_channels(*this, map, order);
  moved.name = value.name;
  moved.dims = value.dims;
  moved.layout = value.layout;
  return values_[moved.name] = moved;
}

const Value& Importer::ordered_input(int k) {
  const Value& value = input(k);
  if (!value.is_map() || value.order.empty()) return map_input(k);
  Value bare = value;
  bare.order.clear();
  return bare.is_pending() ? map_input(k) : value;
}

/// A vector, or one channel, that is read as a map after all: layers repeat it.
const Value& Importer::written_out(const Value& value) {
  const std::string name = value.name;
  Value vector = value;
  if (vector.dims.size() != 4 || vector.layout != Layout::nchw)
    throw Refusal{"a vector repeated to something else than a map"};
  const Shape shape = shape_of(vector);
  if (shape.height * shape.width > 1 || shape.channels != vector.dims[1]) {
    vector.repeated = false;
    Value map = moved_channels(*this, vector, Dims(static_cast<std::size_t>(vector.dims[1]), 0));
    map.name = name;
    return values_[name] = map;
  }
  LayerConfig config;
  config.type = LayerType::upsample;
  config.output_size = config.scale = {vector.dims[2], vector.dims[3]};
  Value map = add_layer(config, {vector});
  map.name = name;
  return values_[name] = map;
}

const Value& Importer::plain_input(int k) {
  const Value& value = map_input(k);
  const Shape& shape = shape_of(value);
  if (value.layout == Layout::nchw && value.dims == Dims{1, shape.channels, shape.height, shape.width}) return value;
  if (value.layout == Layout::nchw && shape.width == 1 && value.dims == Dims{1, shape.channels, shape.height})
    return value;
  throw Refusal{fmt::format("its input has dims [{}], expected a feature map [1, {}, {}, {}]",
                            fmt::join(value.dims, ", "), shape.channels, shape.height, shape.width)};
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
  if (value.dims.size() != rank)
    throw Refusal{fmt::format("its weights have {} dimensions, expected {}", value.dims.size(), rank)};
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

void Importer::set_bits(const std::string& name, std::int64_t bits) {
  Value& value = values_.at(graph_.root(name));
  if (value.is_constant())
    value.bits = bits;
  else if (value.is_map() && is_network_input(value.layer))
    inputs_[input_place(value.layer)].bits = static_cast<int>(bits);
  else if (value.is_map())
    drafts_[value.layer].layer.config.bits = bits;
}

const Shape& Importer::shape_of(const Value& value) const {
  return is_network_input(value.layer) ? inputs_[input_place(value.layer)].shape : drafts_[value.layer].layer.output;
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

bool Importer::is_only_reader(const Value& value, int reads) const {
  return value.exclusive && graph_.uses(value.name) == reads;
}

LayerConfig* Importer::foldable(const Value& value, int reads) {
  if (!value.is_map() || is_network_input(value.layer) || value.function || !is_only_reader(value, reads))
    return nullptr;
  LayerConfig& config = drafts_[value.layer].layer.config;
  const bool has_weights = config.type == LayerType::conv || config.type == LayerType::conv_transpose ||
                           config.type == LayerType::fully_connected || config.type == LayerType::layer_norm;
  return has_weights && config.activation == "none" ? &config : nullptr;
}

Value Importer::activate(const Value& value, const std::string& activation, int reads) {
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

Value Importer::viewed(const Value& value, Dims dims) const {
  Value result = value;
  result.dims = std::move(dims);
  result.exclusive = is_only_reader(value, 1);
  return result;
}

}  // namespace rowflow

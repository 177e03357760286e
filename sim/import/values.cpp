#include "sim/import/values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "sim/import/nodes.hpp"
#include "sim/import/orders.hpp"

namespace rowflow {

namespace {

/// What a clip is called: with an offset between two limits it is the gate of hard-swish and of the hard sigmoid.
std::string clip_name(const Function& f) {
  const bool above = std::isfinite(f.high), below = std::isfinite(f.low);
  if (f.low == 0 && !above) return "relu";
  if (f.low == 0 && f.offset == 0 && std::abs(f.high - 6 * f.scale) <= 1e-6 * f.high) return "relu6";
  return above && below && f.offset != 0 ? "hard_sigmoid" : "clip";
}

}  // namespace

const Value& Values::raw_map(int k) {
  const Value& value = raw_input(k);
  if (!value.is_map()) throw Refusal{fmt::format("input {} is a constant, expected a feature map", k)};
  return value;
}

const Value& Values::raw_input(int k) {
  if (!has_input(k)) throw Refusal{fmt::format("input {} is missing", k)};
  return values_.at(graph_.root(node_->input(k)));
}

const Value* Values::find_value(const std::string& name) const {
  const auto found = values_.find(graph_.root(name));
  return found == values_.end() ? nullptr : &found->second;
}

const Value& Values::input(int k) {
  const Value& value = raw_input(k);
  if (!value.function) return value;
  Value whole = materialised(value);
  whole.name = graph_.root(node_->input(k));
  return values_[whole.name] = whole;
}

Value Values::materialised(const Value& value) {
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

const Value& Values::map_input(int k) {
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
const Value& Values::padded_out(const Value& value) {
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
const Value& Values::sampled_out(const Value& value) {
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
const Value& Values::ordered_out(const Value& value) {
  Value map = value;
  const Dims order = map.order;
  map.order.clear();
  Value moved = moved_channels(*this, map, order);
  moved.name = value.name;
  moved.dims = value.dims;
  moved.layout = value.layout;
  return values_[moved.name] = moved;
}

const Value& Values::ordered_input(int k) {
  const Value& value = input(k);
  if (!value.is_map() || value.order.empty()) return map_input(k);
  Value bare = value;
  bare.order.clear();
  return bare.is_pending() ? map_input(k) : value;
}

/// A vector, or one channel, that is read as a map after all: layers repeat it.
const Value& Values::written_out(const Value& value) {
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

const Value& Values::plain_input(int k) {
  const Value& value = map_input(k);
  const Shape& shape = shape_of(value);
  if (value.layout == Layout::nchw && value.dims == Dims{1, shape.channels, shape.height, shape.width}) return value;
  if (value.layout == Layout::nchw && shape.width == 1 && value.dims == Dims{1, shape.channels, shape.height})
    return value;
  throw Refusal{fmt::format("its input has dims [{}], expected a feature map [1, {}, {}, {}]",
                            fmt::join(value.dims, ", "), shape.channels, shape.height, shape.width)};
}

std::vector<std::int64_t> Values::integers(int k, const std::string& attribute_name, bool required) {
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

const Dims& Values::weight_dims(int k, std::size_t rank) {
  const Value& value = raw_input(k);
  if (!value.is_constant()) throw Refusal{"its weights are computed from a feature map, expected stored ones"};
  if (value.dims.size() != rank)
    throw Refusal{fmt::format("its weights have {} dimensions, expected {}", value.dims.size(), rank)};
  for (const std::int64_t dim : value.dims) {
    if (dim < 1) throw Refusal{"its weights are empty"};
  }
  return value.dims;
}

void Values::set_output(int k, Value value) {
  if (k >= node_->output_size() || node_->output(k).empty()) return;
  value.name = node_->output(k);
  values_[value.name] = std::move(value);
}

void Values::set_bits(const std::string& name, std::int64_t bits) {
  Value& value = values_.at(graph_.root(name));
  if (value.is_constant())
    value.bits = bits;
  else if (value.is_map() && is_network_input(value.layer))
    inputs_[input_place(value.layer)].bits = static_cast<int>(bits);
  else if (value.is_map())
    drafts_[value.layer].layer.config.bits = bits;
}

}  // namespace rowflow

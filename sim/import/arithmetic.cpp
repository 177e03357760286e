// Sums and products: of maps (layers), with constants (folded), and as parts of activations.
#include "sim/import/arithmetic.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "sim/import/activations.hpp"
#include "sim/import/fold.hpp"
#include "sim/import/functions.hpp"
#include "sim/import/layer_norm.hpp"
#include "sim/network/layer_kinds.hpp"

namespace rowflow {

namespace {

/// An operand whose pending function may grow: somebody else who reads it too needs it as it is.
const Value& operand(Importer& importer, int k) {
  const Value& value = importer.raw_input(k);
  return value.function && importer.uses(value) != 1 ? importer.input(k) : value;
}

/// The data operand when exactly one of the two is constant; checks that the constant broadcasts.
int map_operand(Importer& importer) {
  const bool first = importer.raw_input(0).is_map(), second = importer.raw_input(1).is_map();
  if (first && second) return -1;
  const int map = first ? 0 : 1;
  const Value& value = importer.raw_input(map);
  Value own = value;
  own.order.clear();  // factors and offsets of channels go where these go
  if (own.is_pending()) importer.map_input(map);
  check_channel_constant(importer, value, importer.raw_input(1 - map));
  return map;
}

/// One value a channel with one a pixel: the vector is repeated over the map first.
void spread_outer(Importer& importer, std::vector<Value>& operands) {
  for (const std::size_t k : {0, 1}) {
    const Shape vector = importer.shape_of(operands[k]), map = importer.shape_of(operands[1 - k]);
    const bool is_outer = vector.height * vector.width == 1 && vector.channels > 1 && map.channels == 1 &&
                          map.height * map.width > 1 && operands[k].dims.size() == 4 && !operands[k].repeated;
    if (!is_outer || operands[k].layout != Layout::nchw) continue;
    LayerConfig config;
    config.type = LayerType::upsample;
    config.output_size = config.scale = {map.height, map.width};
    const std::string name = operands[k].name;
    operands[k] = importer.add_layer(config, {operands[k]});
    operands[k].name = name;
    importer.drafts()[operands[k].layer].layer.config.name += "_repeated";
    return;
  }
}

/// Operands of a join: equal maps, or a map and one vector for all its rows, or one channel for all its channels
/// (last).
std::vector<Value> join_operands(Importer& importer) {
  std::vector<Value> operands;
  bool any_map = false;
  for (int k = 0; k < importer.node().input_size(); ++k)
    any_map = any_map || (importer.input(k).is_map() && !importer.input(k).repeated);
  const bool broadcasts = any_map && importer.node().input_size() == 2;
  for (int k = 0; k < importer.node().input_size(); ++k) {
    const Value& value = importer.input(k);
    operands.push_back(value.repeated && broadcasts
                           ? value
                           : importer.map_input(k));  // a repeated vector is what the join repeats itself
  }
  for (const Value& value : operands) {
    if (value.dims.size() == operands[0].dims.size() && value.layout == operands[0].layout) continue;
    throw Refusal{fmt::format("maps of [{}] and [{}]", fmt::join(operands[0].dims, ", "), fmt::join(value.dims, ", "))};
  }
  if (operands.size() == 2) {
    spread_outer(importer, operands);
    const auto size = [&](const Value& v) {
      const Shape& shape = importer.shape_of(v);
      return shape.height * shape.width * shape.channels;
    };
    if (size(operands[0]) < size(operands[1])) std::swap(operands[0], operands[1]);
    for (std::size_t k = 0; k < operands[0].dims.size(); ++k) {  // the smaller one is repeated, never both
      if (operands[1].dims[k] != 1 && operands[1].dims[k] != operands[0].dims[k])
        throw Refusal{fmt::format("maps of [{}] and [{}], neither of the result's size",
                                  fmt::join(operands[0].dims, ", "), fmt::join(operands[1].dims, ", "))};
    }
  }
  return operands;
}

void join(Importer& importer, LayerType type) {
  LayerConfig config;
  config.type = type;
  const std::vector<Value> operands = join_operands(importer);
  Value out = importer.add_layer(config, operands);
  out.dims = operands[0].dims;
  out.layout = operands[0].layout;
  importer.set_output(0, out);
}

}  // namespace

void check_channel_constant(const Importer& importer, const Value& map, const Value& constant) {
  const std::int64_t elements = element_count(constant.dims);
  if (elements == 1) return;
  if (is_uniform(constant) && broadcast_dims(map.dims, constant.dims) == map.dims) return;
  if (map.dims.empty()) throw Refusal{"a vector with a single number"};
  const std::int64_t channels = importer.shape_of(map).channels;
  const bool channels_first = map.layout == Layout::nchw && map.dims.size() >= 3 && map.dims[1] == channels;
  const std::size_t axis = channels_first ? 1 : map.dims.size() - 1;
  const std::size_t from_end = map.dims.size() - axis;
  const bool fits = elements == channels && constant.dims.size() >= from_end &&
                    constant.dims[constant.dims.size() - from_end] == channels && map.dims[axis] == channels;
  if (!fits)
    throw Refusal{fmt::format("a constant of [{}] with a map of [{}]: expected one value, or one a channel",
                              fmt::join(constant.dims, ", "), fmt::join(map.dims, ", "))};
}

Value scaled(Importer& importer, const Value& value, bool has_scale, bool has_offset) {
  if (LayerConfig* layer = importer.foldable(value, 1)) {
    layer->bias = layer->bias || (has_offset && !layer->batch_norm);
    return value;
  }
  if (!is_network_input(value.layer) &&
      importer.is_only_reader(value, 1)) {  // a scale and an offset of its activation unit
    LayerConfig& rider = importer.drafts()[value.layer].layer.config;
    const bool counts = layer_kind(rider).has(LayerKey::batch_norm);
    if (counts && rider.activation != "softmax") {
      rider.batch_norm = true;
      return value;
    }
  }
  LayerConfig config;
  config.kernel = {1, 1};
  config.filters = config.groups = importer.shape_of(value).channels;
  config.bias = has_offset;
  importer.warnings().push_back(
      fmt::format("{} ({}): no convolution to fold it into, so it is a 1x1 depthwise convolution",
                  node_title(importer.node()), importer.node().op_type()));
  (void)has_scale;
  Value out = importer.add_layer(config, {value});
  out.dims = value.dims;
  out.layout = value.layout;
  out.order = value.order;
  return out;
}

void import_add(Importer& importer) {
  if (try_stabilised_variance(importer) || try_error_gate(importer)) return;
  const int map = map_operand(importer);
  if (map < 0) {
    if (!try_same_base(importer)) join(importer, LayerType::add);
    return;
  }
  const auto offset = scalar(importer.raw_input(1 - map));
  if (offset) return add_constant(importer, operand(importer, map), *offset);
  importer.set_output(0, scaled(importer, importer.input(map), false, true));
}

void import_sub(Importer& importer) {
  if (try_deviation(importer)) return;
  const int map = map_operand(importer);
  if (map < 0) {
    if (!try_same_base(importer)) join(importer, LayerType::add);  // a difference costs what a sum does
    return;
  }
  const auto offset = scalar(importer.raw_input(1 - map));
  if (offset && map == 0) return add_constant(importer, operand(importer, 0), -*offset);
  if (offset) {
    multiply_by(importer, operand(importer, 1), -1);
    return add_constant(importer, Value(importer.value(importer.node().output(0))), *offset);
  }
  importer.set_output(0, scaled(importer, importer.input(map), map == 1, true));
}

void import_neg(Importer& importer) {
  importer.raw_map(0);
  multiply_by(importer, operand(importer, 0), -1);
}

void import_mul(Importer& importer) {
  if (try_square(importer)) return;
  const int map = map_operand(importer);
  if (map < 0) {
    if (!try_self_gated(importer) && !try_same_base(importer)) join(importer, LayerType::multiply);
    return;
  }
  const auto factor = scalar(importer.raw_input(1 - map));
  if (factor) return multiply_by(importer, operand(importer, map), *factor);
  importer.set_output(0, scaled(importer, importer.input(map), true, false));
}

void import_div(Importer& importer) {
  if (try_normalised(importer)) return;
  if (scalar(importer.raw_input(0)) == 1.0) return import_inverse(importer, 1);
  const int map = map_operand(importer);
  if (map < 0) {
    if (!try_same_base(importer)) join(importer, LayerType::multiply);  // a quotient costs what a product does
    return;
  }
  if (map == 1) return import_table(importer, 1);  // a constant divided by each element
  const auto divisor = scalar(importer.raw_input(1));
  if (divisor && *divisor == 0) throw Refusal{"a division by 0"};
  if (divisor) return multiply_by(importer, operand(importer, 0), 1 / *divisor);
  importer.set_output(0, scaled(importer, importer.input(0), true, false));
}

void import_sum(Importer& importer) {
  if (importer.node().input_size() == 1)
    return importer.set_output(0, importer.viewed(importer.input(0), importer.input(0).dims));
  if (importer.node().input_size() == 2) return import_add(importer);
  if (!try_same_base(importer)) join(importer, LayerType::add);
}

/// The larger or smaller of maps, element by element, costs what a sum does.
void import_extremes(Importer& importer) {
  if (importer.node().input_size() < 2)
    return importer.set_output(0, importer.viewed(importer.input(0), importer.input(0).dims));
  if (!try_same_base(importer)) join(importer, LayerType::add);
}

}  // namespace rowflow

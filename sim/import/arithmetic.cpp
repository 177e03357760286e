// Sums and products: of maps (layers), with constants (folded), and as parts of activations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <optional>

#include "sim/import/fold.hpp"
#include "sim/import/operators.hpp"
#include "sim/network/layer_kinds.hpp"

namespace rowflow {

namespace {

/// An operand whose pending function may grow: somebody else who reads it too needs it as it is.
const Value& operand(Importer& importer, int k) {
  const Value& value = importer.raw_input(k);
  return value.function && importer.uses(value) != 1 ? importer.input(k) : value;
}

/// All elements of a map of values are the same.
bool is_uniform(const Value& value) {
  if (!value.constant || value.dims.size() < 3) return false;
  for (std::size_t k = 1; k < value.constant->size(); ++k)
    if (value.constant->number(k) != value.constant->number(0)) return false;
  return value.constant->size() > 1 && element_count(Dims(value.dims.end() - 2, value.dims.end())) > 1;
}

std::optional<double> scalar(const Value& value) {
  if (!value.is_constant() || !value.constant || (value.constant->size() != 1 && !is_uniform(value)))
    return std::nullopt;
  return value.constant->number(0);
}

/// The value as a function of its base, for one more step of arithmetic.
Function as_function(const Value& value) {
  if (value.function) return *value.function;
  Function f;
  f.kind = Function::Kind::affine;
  f.base = std::make_shared<Value>(value);
  return f;
}

void set_function(Importer& importer, const Value& from, Function f) {
  Value out = f.base ? *f.base : from;
  f.node = &importer.node();
  out.function = std::make_shared<Function>(std::move(f));
  importer.set_output(0, out);
}

/// value · factor for a known factor.
void multiply_by(Importer& importer, const Value& value, double factor) {
  if (!std::isfinite(factor)) throw Refusal{"a factor that is no finite number"};
  Function f = as_function(value);
  f.scale *= factor;
  f.offset *= factor;
  if (f.kind == Function::Kind::clipped) {
    const auto limit = [&](double bound) { return factor == 0 ? 0 : bound * factor; };
    const double low = limit(f.low), high = limit(f.high);
    f.low = std::min(low, high);
    f.high = std::max(low, high);
  }
  set_function(importer, value, f);
}

void add_constant(Importer& importer, const Value& value, double offset) {
  if (!std::isfinite(offset)) throw Refusal{"an offset that is no finite number"};
  Function f = as_function(value);
  f.offset += offset;
  f.low += offset;
  f.high += offset;
  set_function(importer, value, f);
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

/// Whatever is computed of one element of one map, from what two or more operands have of that same element, is a
/// function of it: a table in the activation unit.
bool try_same_base(Importer& importer) {
  const auto pending = [&](int k) { return importer.raw_input(k).function; };
  const auto base = [&](int k) -> const Value& { return pending(k) ? *pending(k)->base : importer.raw_input(k); };
  Function f;
  f.name = "table";
  f.reads = 0;
  const int inputs = importer.node().input_size();
  for (int k = 0; k < inputs; ++k) {
    const Value& value = importer.raw_input(k);
    if (!value.is_map() || value.is_pending()) return false;
    const Value &own = base(k), &first = base(0);
    if (own.layer != first.layer || own.dims != first.dims || own.name != first.name || own.layout != first.layout)
      return false;
    if (pending(k) && !pending(k)->is_pointwise()) return false;
    int same = 0;
    for (int i = 0; i < inputs; ++i) same += importer.raw_input(i).name == value.name ? 1 : 0;
    if (pending(k) && importer.uses(value) != same) {  // others read it too, as it is
      importer.input(k);
      return try_same_base(importer);
    }
    bool told = false;
    for (int i = 0; i < k; ++i) told = told || (pending(k) && importer.raw_input(i).name == value.name);
    if (!told) f.reads += pending(k) ? pending(k)->reads : 1;
  }
  f.base = std::make_shared<Value>(base(0));
  set_function(importer, base(0), std::move(f));
  return true;
}

/// The map that a value is, but for a factor. Null when it is something else.
const Value* up_to_factor(const Value& value) {
  if (!value.function) return &value;
  return value.function->kind == Function::Kind::affine && value.function->offset == 0 ? value.function->base.get()
                                                                                       : nullptr;
}

/// x · f(x): SiLU, hard-swish, mish. Empty when it is none of them.
std::string self_gated(const Importer& importer, const Value& x, const Value& gate) {
  const Value* base = up_to_factor(x);
  if (base == nullptr || !gate.function || gate.function->base->layer != base->layer ||
      gate.function->base->dims != base->dims)
    return "";
  if (x.function && importer.uses(x) != 1) return "";
  const Function& f = *gate.function;
  if (f.kind == Function::Kind::clipped)
    return f.offset != 0 && f.low == 0 && std::isfinite(f.high) ? "hard_swish" : "";
  if (f.offset != 0) return "";
  if (f.name == "sigmoid") return "silu";
  if (f.name == "hard_sigmoid") return "hard_swish";
  return f.name == "tanh_softplus" ? "mish" : f.name == "erf_gate" ? "gelu" : "";
}

/// 1 + erf(x / √2), of GELU.
bool try_error_gate(Importer& importer) {
  for (const int k : {0, 1}) {
    const Value value = importer.raw_input(k);
    if (!value.is_map() || !value.function || value.function->name != "erf" || !value.function->is_bare() ||
        scalar(importer.raw_input(1 - k)) != 1.0)
      continue;
    Function f = *value.function;
    f.name = "erf_gate";
    set_function(importer, value, std::move(f));
    return true;
  }
  return false;
}

bool try_self_gated(Importer& importer) {
  if (importer.node().input_size() != 2) return false;
  for (const int k : {0, 1}) {
    const Value &x = importer.raw_input(k), &gate = importer.raw_input(1 - k);
    const std::string name = self_gated(importer, x, gate);
    if (name.empty() || importer.uses(gate) != 1) continue;
    Function f;
    f.kind = Function::Kind::named;
    f.name = name;
    f.base = gate.function->base;
    f.reads = gate.function->reads + (x.function ? x.function->reads : 1);
    set_function(importer, x, f);
    return true;
  }
  return false;
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

void set_multiple(Importer& importer, const Value& value, double factor) { multiply_by(importer, value, factor); }

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

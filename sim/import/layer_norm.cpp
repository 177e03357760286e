// Layer normalisation over the channels of each pixel: one operator, or what exporters of older operator sets write for
// it: x → mean → x − mean → square → mean → + ε → root → (x − mean) / root. Its parts are functions that only the whole
// may use.
#include "sim/import/layer_norm.hpp"

#include <fmt/format.h>

#include "sim/import/activations.hpp"
#include "sim/import/normalisations.hpp"

namespace rowflow {

namespace {

/// The axis along which the channels of a map lie in its dimensions; -1 when they do not lie along one.
std::int64_t channel_axis(Importer& importer, const Value& map) {
  const Shape& shape = importer.shape_of(map);
  const auto rank = static_cast<std::int64_t>(map.dims.size());
  const bool is_vector = shape.height == 1 && shape.width == 1;
  if (rank == 4) return map.layout == Layout::nhwc ? 3 : 1;
  if (rank == 3 && map.layout == Layout::nhwc && map.dims.back() == shape.channels) return 2;  // a sequence of pixels
  return is_vector && rank > 0 && map.dims.back() == shape.channels ? rank - 1 : -1;
}

void set_part(Importer& importer, const Value& base, const char* name) {
  Function f;
  f.name = name;
  f.base = std::make_shared<Value>(base);
  f.node = &importer.node();
  Value out = base;
  out.function = std::make_shared<Function>(std::move(f));
  importer.set_output(0, out);
}

bool is_part(const Value& value, const char* name) {
  return value.is_map() && value.function && value.function->kind == Function::Kind::named &&
         value.function->name == name;
}

bool is_of(const Value& part, const Value& base) {
  return part.function->base->layer == base.layer && part.function->base->dims == base.dims;
}

void add_layer_norm(Importer& importer, const Value& base) {
  LayerConfig config;
  config.type = LayerType::layer_norm;
  Value out = importer.add_layer(config, {base});
  out.dims = base.dims;
  out.layout = base.layout;
  importer.set_output(0, out);
}

/// Goes on with the next part when input k is the one before it.
bool try_next(Importer& importer, const char* before, const char* next, int k = 0) {
  const Value in = importer.raw_input(k);
  if (!is_part(in, before)) return false;
  set_part(importer, *in.function->base, next);
  return true;
}

}  // namespace

bool try_channel_mean(Importer& importer, const std::vector<std::int64_t>& axes) {
  const Value& raw = importer.raw_input(0);
  if (!raw.is_map() || axes.size() != 1 || attribute(importer.node(), "keepdims", std::int64_t{1}) == 0) return false;
  const auto rank = static_cast<std::int64_t>(raw.dims.size());
  if ((axes[0] < 0 ? axes[0] + rank : axes[0]) != channel_axis(importer, raw)) return false;
  if (!try_next(importer, "squared deviation", "variance")) set_part(importer, importer.map_input(0), "mean");
  return true;
}

bool try_deviation(Importer& importer) {
  const Value x = importer.raw_input(0), mean = importer.raw_input(1);
  if (!x.is_map() || x.function || !is_part(mean, "mean") || !is_of(mean, x)) return false;
  set_part(importer, x, "deviation");
  return true;
}

bool try_square(Importer& importer) {
  if (importer.node().input_size() != 2) return false;
  for (const int k : {0, 1}) {
    const Value deviation = importer.raw_input(k), inverse = importer.raw_input(1 - k);
    if (!is_part(deviation, "deviation") || !is_part(inverse, "inverse root of the variance")) continue;
    if (!is_of(inverse, *deviation.function->base)) continue;
    add_layer_norm(importer, *deviation.function->base);
    return true;
  }
  const Value in = importer.raw_input(0), other = importer.raw_input(1);
  if (!is_part(in, "deviation") || !is_part(other, "deviation") || !is_of(other, *in.function->base)) return false;
  return try_next(importer, "deviation", "squared deviation");
}

void import_pow(Importer& importer) {
  const Value& exponent = importer.raw_input(1);
  if (!exponent.is_constant()) throw Refusal{"a power whose exponent is a feature map"};
  const bool is_known = exponent.constant && exponent.constant->size() == 1;
  const double power = is_known ? exponent.constant->number(0) : 0;
  if (power == 2 && try_next(importer, "deviation", "squared deviation")) return;
  if (power == 0.5 && try_next(importer, "variance", "root of the variance")) return;
  if (power == -0.5 && try_next(importer, "variance", "inverse root of the variance")) return;
  import_table(importer, 0);
}

bool try_stabilised_variance(Importer& importer) {
  const Value& epsilon = importer.raw_input(1);
  return epsilon.is_constant() && element_count(epsilon.dims) == 1 && try_next(importer, "variance", "variance");
}

void import_sqrt(Importer& importer) {
  if (!try_next(importer, "variance", "root of the variance")) import_table(importer, 0);
}

void import_reciprocal(Importer& importer) { import_inverse(importer, 0); }

void import_inverse(Importer& importer, int k) {
  if (!try_next(importer, "root of the variance", "inverse root of the variance", k)) import_table(importer, k);
}

bool try_normalised(Importer& importer) {
  const Value deviation = importer.raw_input(0), root = importer.raw_input(1);
  if (!is_part(deviation, "deviation") || !is_part(root, "root of the variance") ||
      !is_of(root, *deviation.function->base))
    return false;
  add_layer_norm(importer, *deviation.function->base);
  return true;
}

namespace {

/// Statistics of the whole map: every row waits for all.
bool over_all(Importer& importer, const Value& in, std::int64_t axis) {
  const Shape& shape = importer.shape_of(in);
  return axis <= 1 && in.dims.size() == 4 && shape.height * shape.width > 1;
}

}  // namespace

void import_layer_norm(Importer& importer) {
  const Value in = importer.map_input(0);
  std::int64_t axis = attribute(importer.node(), "axis", std::int64_t{-1});
  if (axis < 0) axis += static_cast<std::int64_t>(in.dims.size());
  const bool over_last = axis + 1 == static_cast<std::int64_t>(in.dims.size());  // it covers all axes from this one on
  if (over_all(importer, in, axis)) return add_statistics(importer, in);
  if (!over_last || axis != channel_axis(importer, in))
    throw Refusal{"statistics over more than the channels of one pixel"};
  if (importer.weight_dims(1, 1)[0] != importer.shape_of(in).channels)
    throw Refusal{"its scale has another length than the map has channels"};
  add_layer_norm(importer, in);
}

}  // namespace rowflow

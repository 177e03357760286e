// Channels in another order: parts of a map, shuffles, and orders that the weights behind them take over.
#include "sim/import/orders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/import/fold.hpp"
#include "sim/import/slices.hpp"
#include "sim/import/stacks.hpp"

namespace rowflow {

namespace {

using Order = std::vector<std::int64_t>;

/// Channels j·C/g … that channel_shuffle with g groups would put in this order; 0 when no g does.
std::int64_t shuffle_groups(const Order& order) {
  const auto channels = static_cast<std::int64_t>(order.size());
  if (channels < 4 || order[0] != 0 || order[1] < 2 || channels % order[1] != 0) return 0;
  const std::int64_t part = order[1], groups = channels / part;  // the second channel is the first of the second group
  for (std::int64_t k = 0; k < channels; ++k)
    if (order[static_cast<std::size_t>(k)] != k % groups * part + k / groups) return 0;
  return groups;
}

/// Whether the order is begin, begin + step, …
bool is_stride(const Order& order, std::int64_t step) {
  for (std::size_t k = 1; k < order.size(); ++k)
    if (order[k] != order[k - 1] + step) return false;
  return true;
}

bool is_permutation_of(Order order, std::int64_t channels) {
  std::sort(order.begin(), order.end());
  return static_cast<std::int64_t>(order.size()) == channels && order[0] == 0 && is_stride(order, 1);
}

/// The shuffle of a map by so many groups; the one that is there, if somebody has it made already.
Value shuffled(Drafts& layers, const Value& in, std::int64_t groups) {
  const auto& drafts = layers.drafts();
  for (std::size_t k = 0; k < drafts.size(); ++k) {
    const Layer& layer = drafts[k].layer;
    if (layer.config.type == LayerType::channel_shuffle && layer.config.groups == groups &&
        layer.config.activation == "none" && layer.inputs[0] == in.layer)
      return layers.output_of(static_cast<int>(k));
  }
  LayerConfig config;
  config.type = LayerType::channel_shuffle;
  config.groups = groups;
  return layers.add_layer(config, {in});
}

/// Every step-th channel: a shuffle puts those that belong together side by side.
bool is_every(const Order& order, std::int64_t step, std::int64_t channels) {
  return step > 1 && channels % step == 0 && order[0] < step && is_stride(order, step) &&
         static_cast<std::int64_t>(order.size()) == channels / step;
}

/// Runs of neighbours, joined again.
Value joined_runs(Drafts& layers, const Value& in, const Order& order) {
  constexpr std::size_t most_runs = 64;
  std::vector<Value> runs;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && order[end] == order[end - 1] + 1) ++end;
    if (runs.size() == most_runs) throw Refusal{"channels in an order that is no shuffle by groups"};
    Value run = channels_of(layers, in, order[begin], order[end - 1] + 1);
    run.name = fmt::format("{}_{}", layers.drafts()[run.layer].layer.config.name, runs.size());
    layers.drafts()[run.layer].layer.config.name = run.name;
    runs.push_back(run);
    begin = end;
  }
  LayerConfig config;
  config.type = LayerType::concat;
  return layers.add_layer(config, runs);
}

}  // namespace

Value channels_of(Drafts& layers, const Value& in, std::int64_t begin, std::int64_t end) {
  LayerConfig config;
  config.type = LayerType::slice;
  config.channel_begin = begin;
  config.channel_end = end;
  return layers.add_layer(config, {in});
}

Value moved_channels(Drafts& layers, const Value& in, const Order& order) {
  const std::int64_t channels = layers.shape_of(in).channels;
  if (is_stride(order, 1)) return channels_of(layers, in, order.front(), order.back() + 1);
  if (const std::int64_t groups = shuffle_groups(order); groups > 0 && is_permutation_of(order, channels))
    return shuffled(layers, in, groups);
  const std::int64_t step = order[1] - order[0], each = step > 0 ? channels / step : 0;
  if (is_every(order, step, channels)) {
    const std::size_t before = layers.drafts().size();
    const Value whole = shuffled(layers, in, each);
    if (layers.drafts().size() > before) layers.drafts().back().layer.config.name += "_shuffle";
    return channels_of(layers, whole, order[0] * each, (order[0] + 1) * each);
  }
  return joined_runs(layers, in, order);
}

/// Channels in this order, with the dims of the result. An order of all of them waits for who reads it: weights take it
/// over.
void set_channels(Importer& importer, const Value& in, const Order& order, const Dims& dims) {
  const std::int64_t channels = importer.shape_of(in).channels;
  Value out;
  if (is_permutation_of(order, channels) && shuffle_groups(order) == 0) {
    out = importer.viewed(in, dims);
    if (!is_stride(order, 1)) out.order = order;
    return importer.set_output(0, out);
  }
  out = moved_channels(importer, in, order);
  out.dims = dims;
  out.layout = in.layout;
  importer.set_output(0, out);
}

/// Lookups with stored indices along the channels.
void import_gather(Importer& importer) {
  const Value in = importer.map_input(0);
  const Value& indices = importer.raw_input(1);
  const Shape shape = importer.shape_of(in);
  const auto axis =
      static_cast<std::size_t>(axis_of(attribute(importer.node(), "axis", std::int64_t{0}), in.dims.size()));
  if (!indices.is_constant() || !indices.constant || indices.constant->is_float || indices.dims.size() > 1 ||
      indices.constant->ints.empty())
    throw Refusal{"a lookup with indices that are no stored list"};
  Order order = indices.constant->ints;
  for (auto& index : order) {
    if (index < 0) index += in.dims[axis];
    if (index < 0 || index >= in.dims[axis]) throw Refusal{"an index beyond its tensor"};
  }
  const bool is_last = in.layout == Layout::nhwc && axis + 1 == in.dims.size() && in.dims[axis] == shape.channels;
  if (!is_last && axis >= channel_axes(importer, in)) throw Refusal{"a lookup along another axis than the channels"};
  Dims dims = in.dims;
  dims[axis] = static_cast<std::int64_t>(order.size());
  if (indices.dims.empty()) dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  if (is_last && indices.dims.empty()) throw Refusal{"one channel of a map in height-width-channel order"};
  set_channels(importer, in, is_last ? order : channels_along(importer, in, axis, order), dims);
}

}  // namespace rowflow

#include "sim/import/pools.hpp"

#include "sim/import/windows.hpp"

namespace rowflow {

namespace {

/// A map in channel order, its pixels along any axes behind the channels.
Value pooled_input(Importer& importer) {
  const Value in = importer.map_input(0);
  const bool is_view = in.layout == Layout::nchw && in.dims.size() >= 3 && in.dims[0] == 1 &&
                       in.dims[1] == importer.shape_of(in).channels;
  return is_view ? in : importer.plain_input(0);
}

void pool_all(Importer& importer, const Value& in, LayerType type) {
  LayerConfig config;
  config.type = type;
  if (type == LayerType::max_pool)
    config.kernel = config.stride = {importer.shape_of(in).height, importer.shape_of(in).width};
  Value out = importer.add_layer(config, {in});
  out.dims = Dims(in.dims.size(), 1);
  out.dims[1] = in.dims[1];
  importer.set_output(0, out);
}

/// A window as long as the one axis of a map's pixels.
bool try_pool_pixels(Importer& importer, LayerType type) {
  const Value& raw = importer.raw_input(0);
  if (!raw.is_map() || raw.dims.size() != 3 || importer.shape_of(raw).width == 1) return false;
  const auto zeros = std::vector<std::int64_t>(2, 0);
  if (attribute(importer.node(), "kernel_shape", zeros) != std::vector<std::int64_t>{raw.dims[2]} ||
      attribute(importer.node(), "pads", zeros) != zeros)
    return false;
  pool_all(importer, pooled_input(importer), type);
  return true;
}

}  // namespace

void import_max_pool(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::max_pool;
  if (importer.node().output_size() > 1 && !importer.node().output(1).empty())
    throw Refusal{"its second output (indices) is not covered"};
  if (try_pool_pixels(importer, LayerType::max_pool)) return;
  const Value in = window_input(importer);
  read_window(importer, config, attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>{}), in);
  config.ceil_mode = attribute(importer.node(), "ceil_mode", std::int64_t{0}) != 0;
  if (in.mirrored) throw Refusal{"a pool over reflected rows"};
  set_map(importer, in, importer.add_layer(config, {unpadded(in, config)}));
}

void import_average_pool(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::avg_pool;
  if (try_pool_pixels(importer, LayerType::global_avg_pool)) return;
  const Value in = window_input(importer);
  read_window(importer, config, attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>{}), in);
  if (config.dilation.height != 1 || config.dilation.width != 1)
    throw Refusal{"an average over a dilated window is not covered"};
  config.ceil_mode = attribute(importer.node(), "ceil_mode", std::int64_t{0}) != 0;
  if (in.mirrored) throw Refusal{"an average over reflected rows"};
  const Value source = unpadded(in, config);
  const Shape shape = importer.shape_of(source);
  const bool no_padding = config.padding.mode == PaddingMode::explicit_sides &&
                          config.padding.top + config.padding.bottom + config.padding.left + config.padding.right == 0;
  const bool is_identity = no_padding && config.kernel.height == 1 && config.kernel.width == 1 &&
                           config.stride.height == 1 && config.stride.width == 1;
  if (is_identity &&
      (shape.height > 1 || shape.width > 1)) {  // what exporters write for an adaptive pool to the size that is there
    importer.set_output(0, importer.viewed(source, source.dims));
    return;
  }
  if (no_padding && config.kernel.height == shape.height && config.kernel.width == shape.width) {
    config = {};
    config.type = LayerType::global_avg_pool;
  }
  set_map(importer, in, importer.add_layer(config, {source}));
}

void import_global_average_pool(Importer& importer) {
  pool_all(importer, pooled_input(importer), LayerType::global_avg_pool);
}

void import_global_max_pool(Importer& importer) { pool_all(importer, pooled_input(importer), LayerType::max_pool); }

}  // namespace rowflow

// The number of the largest channel of each pixel, as segmentation networks end.
#include "sim/import/arg_max.hpp"

namespace rowflow {

void import_arg_max(Importer& importer) {
  const Value in = importer.map_input(0);
  const auto rank = static_cast<std::int64_t>(in.dims.size());
  const std::int64_t channels = importer.shape_of(in).channels;
  std::int64_t axis = attribute(importer.node(), "axis", std::int64_t{0});
  if (axis < 0) axis += rank;
  if (rank != 4 || axis != (in.layout == Layout::nhwc ? 3 : 1))
    throw Refusal{"the largest along another axis than the channels of a map"};
  LayerConfig config;
  config.type = LayerType::arg_max;
  config.bits = channels > 256 ? 16 : 8;
  Value out = importer.add_layer(config, {in});
  out.dims = in.dims;
  out.dims[axis] = 1;
  out.layout = in.layout;
  if (attribute(importer.node(), "keepdims", std::int64_t{1}) == 0) {
    out.dims.erase(out.dims.begin() + axis);
    out.layout = Layout::nchw;  // of one channel: the same elements in either order
  }
  importer.set_output(0, out);
}

}  // namespace rowflow

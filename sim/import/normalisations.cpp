// Normalisations by statistics of the whole map: a squeeze, and a scale behind it.
#include "sim/import/normalisations.hpp"

#include <fmt/format.h>

namespace rowflow {

void add_statistics(Importer& importer, const Value& in) {
  LayerConfig squeeze, scale;
  squeeze.type = LayerType::global_avg_pool;
  const Value statistics = importer.add_layer(squeeze, {in});
  importer.drafts()[statistics.layer].layer.config.name += "_statistics";
  scale.type = LayerType::multiply;
  Value out = importer.add_layer(scale, {in, statistics});
  out.dims = in.dims;
  out.layout = in.layout;
  importer.set_output(0, out);
}

/// Of each channel, or of a group of channels where the map is written as [1, groups, …].
void import_instance_norm(Importer& importer) {
  const Value in = importer.map_input(0);
  const Shape& shape = importer.shape_of(in);
  if (in.layout != Layout::nchw || in.dims.size() < 3 || in.dims[0] != 1 || in.dims[1] < 1 ||
      shape.channels % in.dims[1] != 0)
    throw Refusal{"statistics of something else than channels, or groups of them"};
  add_statistics(importer, in);
}

void import_group_norm(Importer& importer) { add_statistics(importer, importer.plain_input(0)); }

/// Over neighbouring channels of each pixel.
void import_lrn(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::local_response_norm;
  importer.set_output(0, importer.add_layer(config, {importer.plain_input(0)}));
}

}  // namespace rowflow

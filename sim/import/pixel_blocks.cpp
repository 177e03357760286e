#include "sim/import/pixel_blocks.hpp"

#include <fmt/format.h>

namespace rowflow {

namespace {

std::int64_t block_size(Importer& importer) {
  const std::int64_t size = attribute(importer.node(), "blocksize", std::int64_t{0});
  if (size < 1 || size > 65536) throw Refusal{fmt::format("found a blocksize of {}", size)};
  return size;
}

}  // namespace

void import_space_to_depth(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::space_to_depth;
  config.kernel = {block_size(importer), block_size(importer)};
  importer.set_output(0, importer.add_layer(config, {importer.plain_input(0)}));
}

void import_depth_to_space(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::depth_to_space;
  config.scale = {block_size(importer), block_size(importer)};
  importer.set_output(0, importer.add_layer(config, {importer.plain_input(0)}));
}

}  // namespace rowflow

#include "sim/import/export.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"

namespace rowflow {

namespace {

ExportOptions options_of(const Request& request) {
  if (request.tile_heights.empty() && request.block_heights.empty())
    throw InputError("export", "expected --tile-height T or --tile-height LAYER=T");
  if (request.tile_heights.size() > 1) throw InputError("--tile-height", "found several, expected one: a model has one choice of tiles");
  ExportOptions options;
  if (!request.tile_heights.empty()) options.tile_height = tile_rows(request.tile_heights[0]);
  options.first = request.tile_first;
  for (const auto& [layer, height] : request.block_heights) options.blocks.emplace_back(layer, tile_rows(height));
  return options;
}

void tell(const ExportResult& result) {
  for (const auto& block : result.blocks) {
    const std::string form = block.tile_height == 0 ? "left as it is" : fmt::format("tiles of {} rows", block.tile_height);
    message(fmt::format("{}: {} rows, {}", block.layer, block.height, form));
  }
  message("accuracy not predicted: evaluate the exported model with your own data");
}

}  // namespace

int export_command(const Request& request) {
  const ExportOptions options = options_of(request);
  if (request.emit_script) {
    write_output(request, script_line(chosen_blocks(request.network, options, request.import)));
    return 0;
  }
  if (request.out.empty()) throw InputError("export", "expected -o TILED.onnx: a model is not text for a terminal");
  const ExportResult result = export_tiled(request.network, options, request.import);
  if (!request.quiet) tell(result);
  write_bytes(request, result.bytes);
  return 0;
}

}  // namespace rowflow

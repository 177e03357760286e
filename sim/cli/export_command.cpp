#include "sim/import/export.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/point/bind.hpp"

namespace rowflow {

namespace {

ExportOptions options_of(const Request& request) {
  if (request.tile_heights.empty() && !request.point.given(Knob::block_heights))
    throw InputError("export", "expected --tile-height T or --tile-height LAYER=T");
  if (request.tile_heights.size() > 1)
    throw InputError("--tile-height", "found several, expected one: a model has one choice of tiles");
  ExportOptions options;
  if (!request.tile_heights.empty()) options.tile_height = tile_rows(request.tile_heights[0]);
  if (request.point.given(Knob::tile_first)) options.first = std::stoi(request.point.value(Knob::tile_first));
  for (const auto& [layer, height] : request.point.values(Knob::block_heights))
    options.blocks.emplace_back(layer, tile_rows(height));
  return options;
}

void tell(const ExportResult& result) {
  for (const auto& block : result.blocks) {
    const std::string form =
        block.tile_height == 0 ? "left as it is" : fmt::format("tiles of {} rows", block.tile_height);
    message(fmt::format("{}: {} rows, {}", block.layer, block.height, form));
  }
  message("accuracy not predicted: evaluate the exported model with your own data");
}

}  // namespace

int export_command(const Request& request) {
  const ExportOptions options = options_of(request);
  if (request.emit_script) {
    write_output(request, script_line(chosen_blocks(request.model, options, bind_import(request.point))));
    return 0;
  }
  if (request.out.empty()) throw InputError("export", "expected -o TILED.onnx: a model is not text for a terminal");
  const ExportResult result = export_tiled(request.model, options, bind_import(request.point));
  if (!request.quiet) tell(result);
  write_bytes(request, result.bytes);
  return 0;
}

}  // namespace rowflow

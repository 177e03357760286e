#include "sim/import/export.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/config/penalties_file.hpp"
#include "sim/point/bind.hpp"
#include "sim/point/read_heights.hpp"

namespace rowflow {

namespace {

/// All heights from the file; a block that it does not name stays full.
ExportOptions options_of(const HeightsOfFile& file) {
  ExportOptions options;
  options.tile_height = 0;
  options.blocks.assign(file.heights.begin(), file.heights.end());
  options.modes.assign(file.modes.begin(), file.modes.end());
  return options;
}

void check_mode(const Request& request, bool any_height) {
  const bool is_static = request.point.given(Knob::se_mode) && request.point.value(Knob::se_mode) == "static";
  if (is_static && any_height)
    throw InputError("--se-mode static", "found tile heights beside it, expected none: a static gate has no tiles");
  if (!is_static && !any_height)
    throw InputError("export", "expected --tile-height T, --tile-height LAYER=T, --heights FILE or --se-mode static");
}

ExportOptions options_of(const Request& request) {
  const bool typed = !request.tile_heights.empty() || request.point.given(Knob::block_heights) ||
                     request.point.given(Knob::tile_first);
  if (!request.heights_file.empty()) {
    if (typed) throw InputError("--heights", "the file gives all heights; expected no --tile-height beside it");
    check_mode(request, true);
    ExportOptions options = options_of(read_heights(request.heights_file));
    if (request.point.given(Knob::se_mode)) {
      options.mode = squeeze_mode(request.point.value(Knob::se_mode));
      options.modes.clear();
    }
    return options;
  }
  check_mode(request, !request.tile_heights.empty() || request.point.given(Knob::block_heights));
  if (request.tile_heights.size() > 1)
    throw InputError("--tile-height", "found several, expected one: a model has one choice of tiles");
  ExportOptions options;
  if (request.point.given(Knob::se_mode)) options.mode = squeeze_mode(request.point.value(Knob::se_mode));
  if (!request.tile_heights.empty()) options.tile_height = tile_rows(request.tile_heights[0]);
  if (request.point.given(Knob::tile_first)) options.first = std::stoi(request.point.value(Knob::tile_first));
  for (const auto& [layer, height] : request.point.values(Knob::block_heights))
    options.blocks.emplace_back(layer, tile_rows(height));
  return options;
}

/// A network config names all blocks of its network: one that it lacks is another network's.
void check_names(const Request& request, const std::vector<ExportResult::Block>& blocks) {
  if (request.heights_file.empty()) return;
  const HeightsOfFile file = read_heights(request.heights_file);
  for (const auto& block : blocks) {
    if (file.of_network && file.heights.count(block.layer) == 0)
      throw InputError(request.heights_file,
                       fmt::format("found no squeeze_excite layer \"{}\", expected all blocks of {}: import the model "
                                   "with the same options as the network that was tuned",
                                   block.layer, request.model));
  }
}

void tell(const ExportResult& result) {
  for (const auto& block : result.blocks) {
    std::string form = block.tile_height == 0 ? "left as it is" : fmt::format("tiles of {} rows", block.tile_height);
    if (block.mode == SqueezeMode::cumulative) form += ", each with the mean of all rows up to its end";
    if (block.mode == SqueezeMode::fixed) form = "calibrated factors in place of its gate";
    message(fmt::format("{}: {} rows, {}", block.layer, block.height, form));
  }
  message("accuracy not predicted: evaluate the exported model with your own data");
}

}  // namespace

int export_command(const Request& request) {
  ExportOptions options = options_of(request);
  if (!request.gates.empty()) options.gates = read_penalties_file(request.gates).gates;
  if (request.emit_script) {
    const auto blocks = chosen_blocks(request.model, options, bind_import(request.point));
    check_names(request, blocks);
    write_output(request, script_line(blocks));
    return 0;
  }
  if (request.out.empty()) throw InputError("export", "expected -o TILED.onnx: a model is not text for a terminal");
  const ExportResult result = export_tiled(request.model, options, bind_import(request.point));
  check_names(request, result.blocks);
  if (!request.quiet) tell(result);
  write_bytes(request, result.bytes);
  return 0;
}

}  // namespace rowflow

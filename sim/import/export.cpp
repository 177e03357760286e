#include "sim/import/export.hpp"

#include <fmt/format.h>
#include <onnx/checker.h>

#include <map>

#include "sim/base/error.hpp"
#include "sim/import/import_model.hpp"
#include "sim/import/model_file.hpp"
#include "sim/import/rewrite.hpp"

namespace rowflow {

namespace {

/// The tile heights that the options mean for this network, applied to it.
Network chosen_network(const NetworkConfig& config, const ExportOptions& options) {
  Network network = build_network(config);
  if (options.tile_height && options.first)
    set_tile_height_of_first(network, *options.first, *options.tile_height);
  else if (options.tile_height)
    set_tile_height(network, *options.tile_height);
  for (const auto& [layer, height] : options.blocks) set_tile_height(network, layer, height);
  return network;
}

std::vector<ExportResult::Block> blocks_of(const Network& network) {
  std::vector<ExportResult::Block> blocks;
  for (const Layer& layer : network.layers) {
    if (layer.config.type != LayerType::squeeze_excite) continue;
    const Rows height = layer.input_shapes[0].height, tile = layer.config.tile_height;
    blocks.push_back({layer.config.name, height, tile < height ? tile : 0});
  }
  return blocks;
}

std::vector<ExportResult::Block> choose(const NetworkConfig& config, const ExportOptions& options) {
  auto blocks = blocks_of(chosen_network(config, options));
  if (blocks.empty()) throw InputError(config.file, "found no squeeze-and-excite block, so there is nothing to tile");
  return blocks;
}

bool has_external_weights(const onnx::ModelProto& model) {
  for (const auto& tensor : model.graph().initializer()) {
    if (tensor.data_location() == onnx::TensorProto::EXTERNAL) return true;
  }
  return false;
}

/// What the ONNX checker says against the model; empty when it passes. The checker opens files of external weights
/// relative to the working directory, so such models are left to the import, which sees their nodes too.
std::string complaint(const onnx::ModelProto& model) {
  constexpr std::int64_t newest_checked = 17;  // operator set that the library knows
  if (has_external_weights(model) || operator_set(model, "") > newest_checked) return "";
  try {
    onnx::checker::check_model(model);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

void check_result(const onnx::ModelProto& model, const std::string& path, const ImportOptions& options,
                  const std::vector<ExportResult::Block>& blocks) {
  if (const std::string text = complaint(model); !text.empty()) {
    const std::string before = complaint(read_model(path, Weights::whole));
    if (!before.empty()) throw InputError(path, "does not pass the ONNX checker, which an export needs: " + before);
    throw Defect("the exported model does not pass the ONNX checker: " + text);
  }
  const auto again = blocks_of(build_network(import_model(model, path, options).network));
  bool same = again.size() == blocks.size();
  for (std::size_t i = 0; same && i < blocks.size(); ++i)
    same = again[i].tile_height == blocks[i].tile_height && again[i].height == blocks[i].height;
  if (!same) throw Defect("the exported model does not import with the tile heights it was given");
}

}  // namespace

ExportResult export_tiled(const std::string& path, const ExportOptions& options, const ImportOptions& import) {
  onnx::ModelProto model = read_model(path, Weights::whole);
  Importer importer(model, path, import);
  importer.walk();
  ExportResult result;
  result.blocks = choose(config_of(importer, model, path), options);
  std::map<std::string, Rows> heights;
  for (const auto& block : result.blocks) heights[block.layer] = block.tile_height;
  Rewrite rewrite(importer, model);
  for (const Draft& draft : importer.drafts()) {
    if (draft.is_dead || draft.layer.config.type != LayerType::squeeze_excite) continue;
    const Rows height = heights.at(draft.layer.config.name), is = draft.layer.config.tile_height;
    const Rows now = is < draft.layer.input_shapes[0].height ? is : 0;
    if (height == now) continue;
    try {
      if (now != 0)
        throw Refusal{fmt::format("the block \"{}\" is tiled already, with {} rows", draft.layer.config.name, now)};
      rewrite.tile(draft, height);
    } catch (const Refusal& refusal) {
      importer.problems().add(*draft.node, refusal.reason);
    }
  }
  importer.problems().fail_if_any();
  rewrite.apply();
  check_result(model, path, import, result.blocks);
  result.bytes = model.SerializeAsString();
  return result;
}

std::vector<ExportResult::Block> chosen_blocks(const std::string& path, const ExportOptions& options,
                                               const ImportOptions& import) {
  return choose(import_onnx(path, import).network, options);
}

std::string script_line(const std::vector<ExportResult::Block>& blocks) {
  Rows height = 0;
  std::size_t count = 0;
  bool only_first = true;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].tile_height == 0) continue;
    only_first = only_first && count == i && (height == 0 || height == blocks[i].tile_height);
    height = blocks[i].tile_height;
    ++count;
  }
  // A block that is no higher than the tile is left alone by either tool: it may stand among the tiled ones.
  for (std::size_t i = 0; !only_first && i < blocks.size(); ++i) {
    only_first = blocks[i].tile_height == height || (blocks[i].tile_height == 0 && blocks[i].height <= height);
    if (!only_first) break;
    count = i + 1;
  }
  if (height == 0)
    throw InputError("--emit-script", "no block is tiled; expected --tile-height below the height of a block");
  if (!only_first)
    throw InputError("--emit-script",
                     "the vendor's command knows one tile height for the first K blocks; expected such a choice");
  return fmt::format(
      "pre_quantization_optimization(se_optimization, method=tse, mode=sequential, count={}, tile_height={})\n", count,
      height);
}

}  // namespace rowflow

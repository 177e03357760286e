#include "sim/import/export.hpp"

#include <fmt/format.h>
#include <onnx/checker.h>

#include <map>

#include "sim/base/error.hpp"
#include "sim/import/import_model.hpp"
#include "sim/import/inline.hpp"
#include "sim/import/model_file.hpp"
#include "sim/import/rewrite.hpp"
#include "sim/network/squeeze_excite.hpp"

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
  if (options.mode) set_se_mode(network, *options.mode);
  for (const auto& [layer, mode] : options.modes) set_se_mode(network, layer, mode);
  return network;
}

/// Of one tile, or none, the mode says nothing.
ExportResult::Block form_of(const Layer& layer) {
  ExportResult::Block block{layer.config.name, layer.input_shapes[0].height, layer.config.tile_height,
                            layer.config.se_mode};
  if (block.tile_height >= block.height || block.mode == SqueezeMode::fixed) block.tile_height = 0;
  if (block.tile_height == 0 && block.mode == SqueezeMode::cumulative) block.mode = SqueezeMode::tiled;
  return block;
}

bool same_form(const ExportResult::Block& a, const ExportResult::Block& b) {
  return a.tile_height == b.tile_height && a.mode == b.mode;
}

std::vector<ExportResult::Block> blocks_of(const Network& network) {
  std::vector<ExportResult::Block> blocks;
  for (const Layer& layer : network.layers) {
    if (layer.config.type != LayerType::squeeze_excite) continue;
    blocks.push_back(form_of(layer));
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
  std::vector<ExportResult::Block> expected;
  for (const auto& block : blocks)
    if (block.mode != SqueezeMode::fixed) expected.push_back(block);  // a static gate is no block any more
  bool same = again.size() == expected.size();
  for (std::size_t i = 0; same && i < expected.size(); ++i)
    same = same_form(again[i], expected[i]) && again[i].height == expected[i].height;
  if (!same) throw Defect("the exported model does not import with the tile heights it was given");
}

std::vector<float> factors_of(const Layer& layer, const Gates& gates) {
  const std::string& name = layer.config.name;
  const auto found = gates.find(name);
  if (found == gates.end())
    throw InputError("--se-mode static",
                     fmt::format("found no calibrated factors for the block \"{}\", expected --gates FILE with them: "
                                 "`rowflow penalties --se-mode static` writes one",
                                 name));
  if (static_cast<std::int64_t>(found->second.size()) != layer.output.channels)
    throw InputError("--gates", fmt::format("found {} factors for the block \"{}\", expected one for each of its {} "
                                            "channels",
                                            found->second.size(), name, layer.output.channels));
  return {found->second.begin(), found->second.end()};
}

}  // namespace

GateOutputs gate_outputs(const std::string& path, const ImportOptions& import) {
  onnx::ModelProto model = read_model(path, Weights::whole);
  settle_branches(model, path, import);
  Importer importer(model, path, import);
  importer.walk();
  config_of(importer, model, path);
  GateOutputs found;
  auto* outputs = model.mutable_graph()->mutable_output();
  outputs->Clear();
  for (const Draft& draft : importer.drafts()) {
    if (draft.is_dead || draft.layer.config.type != LayerType::squeeze_excite) continue;
    found.gates.push_back({draft.layer.config.name, draft.layer.output.channels});
    auto* output = outputs->Add();
    output->set_name(draft.gate_name);
    output->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  }
  found.bytes = model.SerializeAsString();
  return found;
}

ExportResult export_tiled(const std::string& path, const ExportOptions& options, const ImportOptions& import) {
  onnx::ModelProto model = read_model(path, Weights::whole);
  settle_branches(model, path, import);
  Importer importer(model, path, import);
  importer.walk();
  ExportResult result;
  result.blocks = choose(config_of(importer, model, path), options);
  std::map<std::string, ExportResult::Block> forms;
  for (const auto& block : result.blocks) forms[block.layer] = block;
  Rewrite rewrite(importer, model);
  for (const Draft& draft : importer.drafts()) {
    if (draft.is_dead || draft.layer.config.type != LayerType::squeeze_excite) continue;
    const ExportResult::Block now = form_of(draft.layer), &form = forms.at(now.layer);
    if (same_form(form, now)) continue;
    try {
      if (now.tile_height != 0)
        throw Refusal{fmt::format("the block \"{}\" is tiled already, with {} rows", now.layer, now.tile_height)};
      if (form.mode == SqueezeMode::fixed)
        rewrite.fix(draft, factors_of(draft.layer, options.gates));
      else
        rewrite.tile(draft, form.tile_height, form.mode == SqueezeMode::cumulative);
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
  for (const auto& block : blocks)
    if (block.mode != SqueezeMode::tiled)
      throw InputError("--emit-script",
                       fmt::format("found {} gates, expected tiled ones: the vendor's command knows no "
                                   "others",
                                   to_string(block.mode)));
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

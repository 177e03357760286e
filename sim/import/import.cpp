#include "sim/import/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/base/error.hpp"
#include "sim/base/visible_text.hpp"
#include "sim/import/blocks.hpp"
#include "sim/import/import_model.hpp"
#include "sim/import/inline.hpp"
#include "sim/import/model_file.hpp"
#include "sim/import/names.hpp"
#include "sim/import/near_blocks.hpp"
#include "sim/import/tflite_model.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

namespace {

std::string producer(const onnx::ModelProto& model) {
  std::string text;
  for (const char c : (model.producer_name() + " " + model.producer_version()).substr(0, 100))
    text += c >= 0x20 && c < 0x7f ? c : ' ';
  return text == " " ? "unknown exporter" : text;
}

/// What a file is, beside its name: the version of its format, and what wrote it.
std::string origin(const onnx::ModelProto& model, const std::string& file) {
  if (model.producer_name() == tflite_producer) return producer(model);
  return fmt::format("operator set {}, by {}", operator_set(model, file), producer(model));
}

/// Inputs that layers read, by their place in the model; of several each keeps its name.
std::vector<std::string> take_inputs(Importer& importer, NetworkConfig& config, Names& names) {
  std::vector<bool> read(importer.inputs().size(), false);
  for (const Draft& draft : importer.drafts())
    for (const int input : draft.layer.inputs)
      if (!draft.is_dead && is_network_input(input)) read[input_place(input)] = true;
  const bool several = std::count(read.begin(), read.end(), true) > 1;
  std::vector<std::string> name_of(read.size());
  std::vector<InputConfig> inputs;
  for (std::size_t k = 0; k < read.size(); ++k) {
    const auto& [name, shape, bits] = importer.inputs()[k];
    if (!read[k]) {
      importer.warnings().push_back(
          fmt::format("input \"{}\" is read by no layer: left out", visible_text(name.substr(0, 200))));
      continue;
    }
    name_of[k] = !several || name == "input" ? "input" : names.legal(name);
    inputs.push_back({name_of[k], shape.height, shape.width, shape.channels, bits});
  }
  if (several)
    importer.warnings().push_back(
        fmt::format("of {} inputs \"{}\" comes row by row; the others are read from the host's memory (T17)",
                    inputs.size(), inputs.front().name));
  if (!inputs.empty()) rowflow::take_inputs(config, std::move(inputs));
  return name_of;
}

/// Living drafts, named and joined.
void take_layers(Importer& importer, NetworkConfig& config) {
  Names names;
  const std::vector<std::string> name_of_input = take_inputs(importer, config, names);
  std::vector<std::string> name_of(importer.drafts().size());
  for (std::size_t i = 0; i < importer.drafts().size(); ++i) {
    Draft& draft = importer.drafts()[i];
    if (draft.is_dead) continue;
    LayerConfig layer = draft.layer.config;
    name_of[i] = layer.name = draft.layer.config.name = names.legal(layer.name);
    layer.inputs.clear();
    const bool once = layer.type == LayerType::squeeze_excite && draft.layer.inputs.size() == 2 &&
                      draft.layer.inputs[0] == draft.layer.inputs[1];
    for (const int input : draft.layer.inputs) {
      layer.inputs.push_back(is_network_input(input) ? name_of_input[input_place(input)] : name_of[input]);
      if (once) break;
    }
    layer.pointer = fmt::format("node \"{}\" ({})", node_title(*draft.node), draft.node->op_type());
    config.layers.push_back(std::move(layer));
  }
  for (const int output : importer.outputs()) config.outputs.push_back(name_of[output]);
}

}  // namespace

NetworkConfig config_of(Importer& importer, const onnx::ModelProto& model, const std::string& file) {
  recognise_blocks(importer);
  NetworkConfig config;
  config.file = file;
  config.name = visible_text(stem_name(file));
  config.source =
      visible_text(fmt::format("{}, {}", std::filesystem::path(file).filename().string(), origin(model, file)));
  for (const std::string& node : importer.assumed_free()) config.assumed_free.push_back(visible_text(node));
  take_layers(importer, config);
  if (config.layers.empty()) throw InputError(file, "found no layers");
  return config;
}

namespace {

ImportResult import_settled(const onnx::ModelProto& model, const std::string& file, const ImportOptions& options) {
  Importer importer(model, file, options);
  importer.walk();
  ImportResult result;
  result.network = config_of(importer, model, file);
  const Network network = build_network(result.network);
  result.barriers = find_barriers(network);
  result.warnings = importer.warnings();
  const std::vector<std::string> near = find_near_blocks(network);
  result.warnings.insert(result.warnings.end(), near.begin(), near.end());
  return result;
}

}  // namespace

ImportResult import_model(const onnx::ModelProto& model, const std::string& file, const ImportOptions& options) {
  if (!has_branches(model)) return import_settled(model, file, options);
  onnx::ModelProto settled = model;
  settle_branches(settled, file, options);
  return import_settled(settled, file, options);
}

ImportResult import_onnx(const std::string& path, const ImportOptions& options) {
  return import_model(read_model(path, Weights::shapes), path, options);
}

}  // namespace rowflow

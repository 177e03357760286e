#include "sim/point/contents.hpp"

#include <algorithm>
#include <filesystem>

#include "sim/base/hash.hpp"
#include "sim/base/json_text.hpp"
#include "sim/compile/folding.hpp"
#include "sim/compile/user_costs.hpp"
#include "sim/config/buffers_file.hpp"
#include "sim/config/contexts_file.hpp"
#include "sim/config/device_document.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/import/import.hpp"
#include "sim/point/bind.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::json;

Json costs_json(const std::map<std::string, UserCost>& costs) {
  Json json = Json::object();
  for (const auto& [name, cost] : costs) json[name] = {cost.cycles, cost.latency ? Json(*cost.latency) : Json()};
  return json;
}

std::map<std::string, UserCost> costs_from(const Json& json) {
  std::map<std::string, UserCost> costs;
  for (const auto& [name, cost] : json.items()) {
    costs[name].cycles = cost.at(0).get<Cycles>();
    if (!cost.at(1).is_null()) costs[name].latency = cost.at(1).get<Cycles>();
  }
  return costs;
}

/// Depths alone as they always were, so that older sweeps go on.
Json stored_form(const BuffersFile& file) {
  if (file.levels.empty()) return file.rows;
  return {{"buffers", file.rows}, {"levels", file.levels}};
}

BuffersFile buffers_from(const Json& stored) {
  const bool levels = stored.contains("levels") && stored.at("levels").is_object();
  BuffersFile file;
  file.rows = (levels ? stored.at("buffers") : stored).get<std::map<std::string, Rows>>();
  if (levels)
    for (const auto& [name, level] : stored.at("levels").items())
      file.levels[name] = enum_of<MemoryLevel>(level.get<std::string>()).value_or(MemoryLevel::host);
  return file;
}

/// In the file's order, as which it is stored: an array, where costs of single layers are an object.
Json folding_json(const Folding& folding) {
  Json json = Json::array();
  for (const FoldedNode& node : folding) json.push_back({node.name, node.pe, node.simd});
  return json;
}

Folding stored_folding(const Json& json) {
  Folding folding;
  for (const Json& node : json)
    folding.push_back({node.at(0).get<std::string>(), node.at(1).get<std::int64_t>(), node.at(2).get<std::int64_t>()});
  return folding;
}

}  // namespace

bool is_model(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  return ending == ".onnx" || ending == ".tflite";
}

NetworkConfig named_network_config(const std::string& name, const DesignPoint& point) {
  const std::string path = resolve_network(name);
  return is_model(path) ? import_onnx(path, bind_import(point)).network : read_network_config(path);
}

bool is_policy(const std::string& buffers) {
  return buffers == "minimal" || buffers == "full-rate" || buffers == "best";
}

const char* content_name(ContentKind kind) {
  switch (kind) {
    case ContentKind::network:
      return "network";
    case ContentKind::device:
      return "device";
    case ContentKind::buffers:
      return "buffers";
    case ContentKind::costs:
      return "costs";
    case ContentKind::mapping:
      return "mapping";
    case ContentKind::contexts:
      return "contexts";
    case ContentKind::penalties:
      return "penalties";
    case ContentKind::none:
      break;
  }
  return "";
}

Contents::Contents(const std::vector<StoredContent>& stored) {
  for (const StoredContent& input : stored) {
    if (input.kind == "network") {
      add_network(input.name, network_config_from(parse_json(input.content, input.name), input.name));
      continue;
    }
    const Json content = parse_json(input.content, input.name);
    if (input.kind == "device") devices_[input.name] = content;
    if (input.kind == "buffers") buffers_[input.name] = buffers_from(content);
    if (input.kind == "costs" && content.is_array()) foldings_[input.name] = stored_folding(content);
    if (input.kind == "costs" && content.is_object()) costs_[input.name] = costs_from(content);
    if (input.kind == "mapping") mappings_[input.name] = mapping_from(content, input.name);
    if (input.kind == "contexts") context_cuts_[input.name] = contexts_from(content, input.name);
    if (input.kind == "penalties") penalties_[input.name] = penalties_from(content, input.name);
    stored_.push_back(input);
  }
}

void Contents::store(ContentKind kind, const std::string& name, std::string content) {
  stored_.push_back({hash_text(content), content_name(kind), name, std::move(content)});
}

void Contents::add_network(const std::string& name, const NetworkConfig& config) {
  NetworkContent content{build_network(config), {}};
  for (const Layer& layer : content.network.layers)
    if (layer.config.type == LayerType::squeeze_excite) content.blocks.push_back(layer.config.name);
  store(ContentKind::network, name, write_network_config(config));
  networks_.emplace(name, std::move(content));
}

namespace {

/// What a point's penalty follows from: no words, no factors of gates.
Json figures_of(PenaltiesFile file) {
  file.description.clear();
  file.gates.clear();
  return parse_json(write_penalties_file(file), "penalties");
}

/// A file, or where there is none the names themselves, with commas.
Json cuts_document(const std::string& value) {
  std::error_code none;
  if (std::filesystem::exists(value, none) || std::filesystem::path(value).extension() == ".json")
    return parse_json_file(value);
  Json begin = Json::array();
  for (std::size_t from = 0; from <= value.size();) {
    const std::size_t to = std::min(value.find(',', from), value.size());
    if (to > from) begin.push_back(value.substr(from, to - from));
    from = to + 1;
  }
  return {{"begin", begin}};
}

}  // namespace

void Contents::add(const KnobRow& row, const std::string& value, const DesignPoint& point) {
  const std::string kind = content_name(row.content);
  const bool there = std::any_of(stored_.begin(), stored_.end(),
                                 [&](const StoredContent& s) { return s.kind == kind && s.name == value; });
  if (value.empty() || there) return;
  switch (row.content) {
    case ContentKind::network:
      add_network(value, named_network_config(value, point));
      break;
    case ContentKind::device: {
      const std::string file = resolve_device(value);
      Json document = read_device_document(file);
      device_from(document, file);  // what is wrong with the file itself is not each point's fault
      store(row.content, value, json_text(document));
      devices_[value] = std::move(document);
      break;
    }
    case ContentKind::buffers:
      if (is_policy(value)) break;
      buffers_[value] = read_buffers_file(value);
      store(row.content, value, json_text(stored_form(buffers_[value])));
      break;
    case ContentKind::costs:
      if (std::filesystem::path(value).extension() == ".json") {
        foldings_[value] = folding_from(parse_ordered_json(read_text(value), value), value);
        store(row.content, value, json_text(folding_json(foldings_[value])));
        break;
      }
      costs_[value] = read_user_costs(value);
      store(row.content, value, json_text(costs_json(costs_[value])));
      break;
    case ContentKind::mapping: {
      const std::string file = resolve_mapping(value);
      const Json document = parse_json_file(file);
      mappings_[value] = mapping_from(document, file);
      store(row.content, value, json_text(document));
      break;
    }
    case ContentKind::contexts: {
      const Json document = cuts_document(value);
      context_cuts_[value] = contexts_from(document, value);
      store(row.content, value, json_text(document));
      break;
    }
    case ContentKind::penalties: {
      PenaltiesFile file = read_penalties_file(value);
      store(row.content, value, json_text(figures_of(file)));
      penalties_[value] = std::move(file);
      break;
    }
    case ContentKind::none:
      break;
  }
}

std::map<std::string, UserCost> Contents::costs(const std::string& name, const Network& network) const {
  const auto folding = foldings_.find(name);
  return folding == foldings_.end() ? costs_.at(name) : folding_costs(folding->second, network, name);
}

void Contents::add(const DesignPoint& point) {
  for (const KnobRow& row : knobs())
    if (row.content != ContentKind::none) add(row, point.value(row.knob), point);
}

std::string Contents::identity(const KnobRow& row, const std::string& value) const {
  const std::string kind = content_name(row.content);
  for (const StoredContent& input : stored_)
    if (input.kind == kind && input.name == value) return input.hash;
  return value;
}

}  // namespace rowflow

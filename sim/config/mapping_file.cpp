#include "sim/config/mapping_file.hpp"

#include <nlohmann/json.hpp>

#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

MappedLayer read_layer(const Reader& reader) {
  reader.expect_keys({"subclusters", "physical_layers", "clusters"});
  MappedLayer layer;
  if (reader.has("subclusters")) layer.subclusters = reader.at("subclusters").integer(1, 1'000'000);
  if (reader.has("physical_layers")) layer.physical_layers = reader.at("physical_layers").integer(1, 1'000'000);
  if (reader.has("clusters"))
    for (const Reader& item : reader.at("clusters").items(1))
      layer.clusters.push_back(static_cast<int>(item.integer(0, 1'000'000)));
  return layer;
}

}  // namespace

MappingFile read_mapping_file(const std::string& path) { return mapping_from(parse_json_file(path), path); }

MappingFile mapping_from(const nlohmann::json& document, const std::string& file) {
  const Reader root(file, document);
  root.expect_keys({"$schema", "description", "source", "network", "device", "layers", "fifo_rows"});
  for (const char* key : {"$schema", "description", "source", "network", "device"})
    if (root.has(key)) root.at(key).text();
  MappingFile mapping;
  for (const auto& [name, member] : root.at("layers").members()) mapping.layers[name] = read_layer(member);
  if (root.has("fifo_rows"))
    for (const auto& [name, member] : root.at("fifo_rows").members())
      mapping.fifo_rows[name] = member.integer(0, 1'000'000'000);
  return mapping;
}

}  // namespace rowflow

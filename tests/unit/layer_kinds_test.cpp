// The descriptors of layers against the schema, the reader and the writer.
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/error.hpp"
#include "sim/network/layer_kinds.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;
using Json = nlohmann::json;

namespace {

/// The schema's part for the value of a key.
struct SchemaOf {
  Json operator()(const IntegerKey& key) const {
    return {{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
  }
  Json operator()(const SizeKey&) const { return {{"$ref", "#/definitions/size"}}; }
  Json operator()(const PaddingKey&) const { return {{"$ref", "#/definitions/padding"}}; }
  Json operator()(const FlagKey&) const { return {{"type", "boolean"}}; }
  Json operator()(const LayerNameKey&) const { return {{"type", "string"}, {"minLength", 1}}; }
  Json operator()(const ActivationKey&) const { return {{"$ref", "#/definitions/activation"}}; }
  Json operator()(const UpsampleModeKey&) const { return {{"enum", {"nearest", "bilinear"}}}; }
  Json operator()(const TileHeightKey&) const {
    const Json rows = {{"type", "integer"}, {"minimum", 1}, {"maximum", largest_extent}};
    return {{"anyOf", {{{"const", "full"}}, rows}}, {"description", "rows a tile; \"full\": plain SE"}};
  }
  Json operator()(const SqueezeModeKey&) const { return {{"$ref", "#/definitions/se_mode"}}; }
};

Json inputs_schema(const InputCount& inputs) {
  return {{"type", "array"},
          {"minItems", inputs.least},
          {"maxItems", inputs.most},
          {"uniqueItems", true},
          {"items", {{"type", "string"}, {"minLength", 1}}}};
}

/// What configs/schemas/network.schema.json has to say of a kind, under "definitions".
Json schema_of(const LayerKind& kind) {
  Json properties = {{"name",
                      {{"type", "string"},
                       {"pattern", "^[A-Za-z_][A-Za-z0-9_.-]*$"},
                       {"not", {{"pattern", "^(input|source|sink|sink\\..*)$"}}}}},
                     {"type", {{"const", kind.name}}},
                     {"inputs", inputs_schema(kind.inputs)}};
  Json required = {"name", "type", "inputs"}, alternatives = Json::array();
  for (const LayerKeyRow& row : layer_key_rows()) {
    if (kind.has(row.key)) properties[std::string(row.name)] = std::visit(SchemaOf{}, row.value);
    if (kind.required.has(row.key)) required.push_back(row.name);
    if (kind.one_of.has(row.key)) alternatives.push_back({{"required", {row.name}}});
  }
  Json schema = {
      {"type", "object"}, {"additionalProperties", false}, {"required", required}, {"properties", properties}};
  if (!alternatives.empty()) schema["oneOf"] = alternatives;
  return schema;
}

Json network_schema() {
  std::ifstream file(ROWFLOW_SOURCE_DIR "/configs/schemas/network.schema.json");
  REQUIRE(file);
  return Json::parse(file);
}

/// A value of a key that is not the standard one, and its JSON.
struct Sample {
  LayerConfig& layer;
  Json operator()(const IntegerKey& key) const { return layer.*key.member = key.most; }
  Json operator()(const SizeKey& key) const {
    layer.*key.member = {3, 5};
    return {3, 5};
  }
  Json operator()(const PaddingKey& key) const {
    layer.*key.member = {PaddingMode::explicit_sides, 1, 2, 3, 4};
    return {{"top", 1}, {"bottom", 2}, {"left", 3}, {"right", 4}};
  }
  Json operator()(const FlagKey& key) const { return layer.*key.member = true; }
  Json operator()(const LayerNameKey& key) const { return layer.*key.member = "other"; }
  Json operator()(const ActivationKey& key) const { return layer.*key.member = "tanh"; }
  Json operator()(const UpsampleModeKey& key) const {
    layer.*key.member = UpsampleMode::bilinear;
    return "bilinear";
  }
  Json operator()(const TileHeightKey& key) const { return layer.*key.member = 7; }
  Json operator()(const SqueezeModeKey& key) const {
    layer.*key.member = SqueezeMode::fixed;
    return "static";
  }
};

/// A layer of the kind with all its keys, of alternatives the first, and its JSON.
std::pair<LayerConfig, Json> full_layer(const LayerKind& kind) {
  LayerConfig layer = kind.standard();
  layer.name = "l";
  Json json = {{"name", "l"}, {"type", kind.name}};
  for (std::size_t k = 0; k < kind.inputs.most && k < 3; ++k) layer.inputs.push_back("in" + std::to_string(k));
  json["inputs"] = layer.inputs;
  bool chosen = false;
  for (const LayerKeyRow& row : layer_key_rows()) {
    if (!kind.has(row.key) || (kind.one_of.has(row.key) && std::exchange(chosen, true))) continue;
    json[std::string(row.name)] = std::visit(Sample{layer}, row.value);
  }
  return {layer, json};
}

NetworkConfig network_of(const LayerConfig& layer) {
  NetworkConfig config;
  config.name = "n";
  config.input_height = config.input_width = config.input_channels = 8;
  config.layers = {layer};
  return config;
}

Json document_of(const Json& layer) {
  return {{"name", "n"}, {"input", {{"height", 8}, {"width", 8}, {"channels", 8}}}, {"layers", {layer}}};
}

}  // namespace

TEST_CASE("the schema says of every kind of layer what its descriptor says") {
  const Json definitions = network_schema()["definitions"];
  for (const LayerKind& kind : layer_kinds) {
    const std::string name(kind.name);
    INFO("expected under definitions: \"" << name << "\": " << schema_of(kind).dump(2));
    Json said = definitions.value(name, Json()), expected = schema_of(kind);
    REQUIRE(said.is_object());
    const auto names = [](const Json& list) { return std::set<std::string>(list.begin(), list.end()); };
    CHECK(names(said["required"]) == names(expected["required"]));
    said.erase("required");
    expected.erase("required");
    CHECK(said == expected);
  }
}

TEST_CASE("the schema knows the same kinds of layers and activations, and no others") {
  const Json schema = network_schema(), layer = schema["definitions"]["layer"];
  CHECK(layer["properties"]["type"]["enum"] == Json(layer_kind_names()));
  CHECK(schema["definitions"]["activation"]["enum"] == Json(activation_names()));
  Json choices = Json::array();
  for (const std::string& name : layer_kind_names()) {
    const Json is = {{"properties", {{"type", {{"const", name}}}}}, {"required", {"type"}}};
    choices.push_back({{"if", is}, {"then", {{"$ref", "#/definitions/" + name}}}});
  }
  CHECK(layer["allOf"] == choices);
}

TEST_CASE("every kind of layer with all its keys is read into their members and written back") {
  for (const LayerKind& kind : layer_kinds) {
    const auto [layer, json] = full_layer(kind);
    INFO(json.dump());
    const NetworkConfig read = network_config_from(document_of(json), "n.json");
    for (const LayerKeyRow& row : layer_key_rows()) {
      INFO(row.name);
      CHECK(same_value(row, read.layers[0], layer));
    }
    CHECK(Json::parse(write_network_config(network_of(layer)))["layers"][0] == json);
    CHECK(&layer_kind(read.layers[0]) == &kind);
  }
}

TEST_CASE("a layer of nothing but what its kind requires is written so, and without one of that it is refused") {
  for (const LayerKind& kind : layer_kinds) {
    Json json = full_layer(kind).second;
    bool chosen = false;
    for (const LayerKeyRow& row : layer_key_rows()) {
      const bool alternative = kind.one_of.has(row.key) && !std::exchange(chosen, true);
      if (!kind.required.has(row.key) && !alternative) json.erase(std::string(row.name));
    }
    INFO(json.dump());
    const NetworkConfig read = network_config_from(document_of(json), "n.json");
    CHECK(Json::parse(write_network_config(read))["layers"][0] == json);
    for (const auto& [key, value] : json.items()) {
      Json without = json;
      without.erase(key);
      INFO("without " << key);
      CHECK_THROWS_AS(network_config_from(document_of(without), "n.json"), InputError);
    }
  }
}

TEST_CASE("a key that its kind does not have is refused") {
  for (const LayerKind& kind : layer_kinds) {
    const Json json = full_layer(kind).second;
    for (const LayerKeyRow& row : layer_key_rows()) {
      if (kind.has(row.key)) continue;
      LayerConfig ignored;
      Json more = json;
      more[std::string(row.name)] = std::visit(Sample{ignored}, row.value);
      INFO(more.dump());
      CHECK_THROWS_AS(network_config_from(document_of(more), "n.json"), InputError);
    }
  }
}

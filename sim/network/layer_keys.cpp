#include "sim/network/layer_keys.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace rowflow {

namespace {

constexpr std::array<LayerKeyRow, layer_key_count> rows{{
    {LayerKey::filters, "filters", IntegerKey{&LayerConfig::filters, 1, largest_channels}},
    {LayerKey::kernel, "kernel", SizeKey{&LayerConfig::kernel}},
    {LayerKey::stride, "stride", SizeKey{&LayerConfig::stride}},
    {LayerKey::dilation, "dilation", SizeKey{&LayerConfig::dilation}},
    {LayerKey::padding, "padding", PaddingKey{&LayerConfig::padding}},
    {LayerKey::groups, "groups", IntegerKey{&LayerConfig::groups, 1, largest_channels}},
    {LayerKey::ceil_mode, "ceil_mode", FlagKey{&LayerConfig::ceil_mode}},
    {LayerKey::bias, "bias", FlagKey{&LayerConfig::bias}},
    {LayerKey::batch_norm, "batch_norm", FlagKey{&LayerConfig::batch_norm}},
    {LayerKey::weights_of, "weights_of", LayerNameKey{&LayerConfig::weights_of}},
    {LayerKey::channel_begin, "channel_begin", IntegerKey{&LayerConfig::channel_begin, 0, largest_channels}},
    {LayerKey::channel_end, "channel_end", IntegerKey{&LayerConfig::channel_end, 1, largest_channels}},
    {LayerKey::scale, "scale", SizeKey{&LayerConfig::scale}},
    {LayerKey::output_size, "output_size", SizeKey{&LayerConfig::output_size}},
    {LayerKey::mode, "mode", UpsampleModeKey{&LayerConfig::mode}},
    {LayerKey::align_corners, "align_corners", FlagKey{&LayerConfig::align_corners}},
    {LayerKey::asymmetric, "asymmetric", FlagKey{&LayerConfig::asymmetric}},
    {LayerKey::row_begin, "row_begin", IntegerKey{&LayerConfig::row_begin, 0, largest_extent}},
    {LayerKey::column_begin, "column_begin", IntegerKey{&LayerConfig::column_begin, 0, largest_extent}},
    {LayerKey::squeeze_channels, "squeeze_channels", IntegerKey{&LayerConfig::squeeze_channels, 0, largest_channels}},
    {LayerKey::tile_height, "tile_height", TileHeightKey{&LayerConfig::tile_height}},
    {LayerKey::se_mode, "se_mode", SqueezeModeKey{&LayerConfig::se_mode}},
    {LayerKey::gate, "gate", ActivationKey{&LayerConfig::gate}},
    {LayerKey::activation, "activation", ActivationKey{&LayerConfig::activation}},
    {LayerKey::bits, "bits", IntegerKey{&LayerConfig::bits, 1, most_bits}},
    {LayerKey::weight_bits, "weight_bits", IntegerKey{&LayerConfig::weight_bits, 1, most_bits}},
}};

constexpr bool every_key_has_its_row() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].key != static_cast<LayerKey>(i) || rows[i].name.empty()) return false;
  return true;
}
static_assert(every_key_has_its_row(), "a LayerKey has no row, or the rows are not in the order of LayerKey");

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

std::string size_text(const Size2& size) {
  return size.height == size.width ? fmt::format("{}", size.height) : fmt::format("[{}, {}]", size.height, size.width);
}

Size2 read_size(const Reader& reader) {
  if (!reader.is_array()) {
    const std::int64_t side = reader.integer(1, largest_extent);
    return {side, side};
  }
  const auto sides = reader.items();
  if (sides.size() != 2) reader.mismatch("an integer or [height, width]");
  return {sides[0].integer(1, largest_extent), sides[1].integer(1, largest_extent)};
}

Padding read_sides(const Reader& reader) {
  reader.expect_keys({"top", "bottom", "left", "right"});
  const auto side = [&](const char* key) { return reader.has(key) ? reader.at(key).integer(0, largest_extent) : 0; };
  return {PaddingMode::explicit_sides, side("top"), side("bottom"), side("left"), side("right")};
}

Padding read_padding(const Reader& reader) {
  Padding padding;
  if (reader.is_text()) {
    if (reader.text() != "same")
      reader.mismatch(R"("same", an integer, [height, width] or {"top", "bottom", "left", "right"})");
    padding.mode = PaddingMode::same;
  } else if (reader.is_object()) {
    padding = read_sides(reader);
  } else if (reader.is_array()) {
    const auto sides = reader.items();
    if (sides.size() != 2) reader.mismatch("[height, width]");
    padding.top = padding.bottom = sides[0].integer(0, largest_extent);
    padding.left = padding.right = sides[1].integer(0, largest_extent);
  } else {
    padding.top = padding.bottom = padding.left = padding.right = reader.integer(0, largest_extent);
  }
  return padding;
}

std::string padding_text(const Padding& p) {
  if (p.mode == PaddingMode::same) return "\"same\"";
  if (p.top == p.bottom && p.left == p.right) return size_text({p.top, p.left});
  return fmt::format(R"({{"top": {}, "bottom": {}, "left": {}, "right": {}}})", p.top, p.bottom, p.left, p.right);
}

std::int64_t read_tile_height(const Reader& reader) {
  if (reader.is_text() && reader.text() == "full") return 0;
  return reader.integer(1, largest_extent, "\"full\" or integer ≥ 1");
}

struct Read {
  const Reader& reader;
  LayerConfig& layer;
  void operator()(const IntegerKey& key) const { layer.*key.member = reader.integer(key.least, key.most); }
  void operator()(const SizeKey& key) const { layer.*key.member = read_size(reader); }
  void operator()(const PaddingKey& key) const { layer.*key.member = read_padding(reader); }
  void operator()(const FlagKey& key) const { layer.*key.member = reader.boolean(); }
  void operator()(const LayerNameKey& key) const { layer.*key.member = reader.name(); }
  void operator()(const ActivationKey& key) const { layer.*key.member = reader.one_of(activation_names()); }
  void operator()(const UpsampleModeKey& key) const {
    layer.*key.member =
        reader.one_of({"nearest", "bilinear"}) == "nearest" ? UpsampleMode::nearest : UpsampleMode::bilinear;
  }
  void operator()(const TileHeightKey& key) const { layer.*key.member = read_tile_height(reader); }
  void operator()(const SqueezeModeKey& key) const { layer.*key.member = read_squeeze_mode(reader); }
};

struct Write {
  const LayerConfig& layer;
  std::string operator()(const IntegerKey& key) const { return fmt::format("{}", layer.*key.member); }
  std::string operator()(const SizeKey& key) const { return size_text(layer.*key.member); }
  std::string operator()(const PaddingKey& key) const { return padding_text(layer.*key.member); }
  std::string operator()(const FlagKey& key) const { return layer.*key.member ? "true" : "false"; }
  std::string operator()(const LayerNameKey& key) const { return quoted(layer.*key.member); }
  std::string operator()(const ActivationKey& key) const { return quoted(layer.*key.member); }
  std::string operator()(const UpsampleModeKey& key) const {
    return layer.*key.member == UpsampleMode::nearest ? "\"nearest\"" : "\"bilinear\"";
  }
  std::string operator()(const TileHeightKey& key) const {
    return layer.*key.member == 0 ? "\"full\"" : fmt::format("{}", layer.*key.member);
  }
  std::string operator()(const SqueezeModeKey& key) const {
    return fmt::format("\"{}\"", to_string(layer.*key.member));
  }
};

}  // namespace

SqueezeMode read_squeeze_mode(const Reader& reader) {
  std::vector<std::string> names;
  for (const std::string_view name : EnumNames<SqueezeMode>::of) names.emplace_back(name);
  return *enum_of<SqueezeMode>(reader.one_of(names));
}

const std::array<LayerKeyRow, layer_key_count>& layer_key_rows() { return rows; }

void read_key(const LayerKeyRow& row, const Reader& value, LayerConfig& layer) {
  std::visit(Read{value, layer}, row.value);
}

std::string write_key(const LayerKeyRow& row, const LayerConfig& layer) { return std::visit(Write{layer}, row.value); }

bool same_value(const LayerKeyRow& row, const LayerConfig& a, const LayerConfig& b) {
  return std::visit([&](const auto& key) { return a.*key.member == b.*key.member; }, row.value);
}

}  // namespace rowflow

// The JSON keys of layers: a key is one row of a table, from which reading, writing and its part of the schema follow.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "sim/config/reader.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

/// In the order in which they are written. `end` says how many there are.
enum class LayerKey {
  filters,
  kernel,
  stride,
  dilation,
  padding,
  groups,
  ceil_mode,
  bias,
  batch_norm,
  weights_of,
  channel_begin,
  channel_end,
  scale,
  output_size,
  mode,
  align_corners,
  asymmetric,
  row_begin,
  column_begin,
  squeeze_channels,
  tile_height,
  se_mode,
  gate,
  activation,
  bits,
  weight_bits,
  end
};
inline constexpr std::size_t layer_key_count = static_cast<std::size_t>(LayerKey::end);

/// What stands behind a key in JSON, and the member of LayerConfig that holds it.
struct IntegerKey {
  std::int64_t LayerConfig::*member;
  std::int64_t least, most;
};
struct SizeKey {
  Size2 LayerConfig::*member;
};
struct PaddingKey {
  Padding LayerConfig::*member;
};
struct FlagKey {
  bool LayerConfig::*member;
};
struct LayerNameKey {
  std::string LayerConfig::*member;
};
struct ActivationKey {
  std::string LayerConfig::*member;
};
struct UpsampleModeKey {
  UpsampleMode LayerConfig::*member;
};
struct TileHeightKey {  ///< "full" (0) or rows
  std::int64_t LayerConfig::*member;
};
struct SqueezeModeKey {
  SqueezeMode LayerConfig::*member;
};
using KeyValue = std::variant<IntegerKey, SizeKey, PaddingKey, FlagKey, LayerNameKey, ActivationKey, UpsampleModeKey,
                              TileHeightKey, SqueezeModeKey>;

struct LayerKeyRow {
  LayerKey key;
  std::string_view name;
  KeyValue value;
};

/// Index = LayerKey.
const std::array<LayerKeyRow, layer_key_count>& layer_key_rows();

/// Keys that belong together: those a kind of layer has, must have, ….
class LayerKeys {
 public:
  constexpr LayerKeys() = default;
  constexpr LayerKeys(LayerKey key)
      : bits_(std::uint64_t{1} << static_cast<unsigned>(key)) {}  // NOLINT(google-explicit-constructor)
  constexpr bool has(LayerKey key) const { return (bits_ & LayerKeys(key).bits_) != 0; }
  constexpr bool overlaps(LayerKeys other) const { return (bits_ & other.bits_) != 0; }
  friend constexpr LayerKeys operator|(LayerKeys a, LayerKeys b) {
    LayerKeys both;
    both.bits_ = a.bits_ | b.bits_;
    return both;
  }

 private:
  std::uint64_t bits_ = 0;
};
static_assert(layer_key_count <= 64);
constexpr LayerKeys operator|(LayerKey a, LayerKey b) { return LayerKeys(a) | LayerKeys(b); }

/// "tiled", "cumulative" or "static". Throws InputError.
SqueezeMode read_squeeze_mode(const Reader& value);

/// Sets the key's member from its JSON value. Throws InputError.
void read_key(const LayerKeyRow& row, const Reader& value, LayerConfig& layer);

/// The JSON text of the key's value.
std::string write_key(const LayerKeyRow& row, const LayerConfig& layer);

/// Do two layers have the same value of the key?
bool same_value(const LayerKeyRow& row, const LayerConfig& a, const LayerConfig& b);

}  // namespace rowflow

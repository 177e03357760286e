// A network as written: the JSON of configs/networks/*.json, layer by layer, unresolved. Import produces the same
// value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/enum_names.hpp"

namespace rowflow {

/// What layers do. Each has a descriptor in layer_kinds.cpp. `end` says how many there are.
enum class LayerType {
  conv,
  conv_transpose,
  max_pool,
  avg_pool,
  global_avg_pool,
  fully_connected,
  add,
  multiply,
  concat,
  slice,
  arg_max,
  channel_shuffle,
  layer_norm,
  upsample,
  squeeze_excite,
  space_to_depth,
  depth_to_space,
  crop,
  pad,
  concat_rows,
  channel_pool,
  local_response_norm,
  end
};
inline constexpr std::size_t layer_type_count = static_cast<std::size_t>(LayerType::end);

enum class PaddingMode { explicit_sides, same };  ///< same: TensorFlow's, the extra row at the bottom / right

struct Padding {
  PaddingMode mode = PaddingMode::explicit_sides;
  std::int64_t top = 0, bottom = 0, left = 0, right = 0;
  bool operator==(const Padding& o) const {
    return mode == o.mode && top == o.top && bottom == o.bottom && left == o.left && right == o.right;
  }
};

struct Size2 {
  std::int64_t height = 1, width = 1;
  bool operator==(const Size2& o) const { return height == o.height && width == o.width; }
};

enum class UpsampleMode { nearest, bilinear };

/// What a squeeze_excite layer's gate follows from (T24).
enum class SqueezeMode {
  tiled,       ///< the mean of each tile of rows: SE is one tile
  cumulative,  ///< the mean of all rows up to the tile's end: the accumulator is not reset
  fixed,       ///< nothing: a calibrated factor a channel, "static"
  end
};

template <>
struct EnumNames<SqueezeMode> {
  static constexpr std::string_view of[] = {"tiled", "cumulative", "static"};
};

/// One layer. Fields that its type does not use keep their defaults. JSON key = member name.
struct LayerConfig {
  std::string name;
  LayerType type = LayerType::conv;
  std::vector<std::string> inputs;  ///< names of layers, or of inputs
  std::int64_t filters = 0;         ///< conv, conv_transpose, fully_connected: output channels
  Size2 kernel, stride, dilation;
  Padding padding;
  std::int64_t groups = 1;  ///< conv; = input channels: depthwise. channel_shuffle: number of groups
  bool ceil_mode = false;   ///< pools: round the output size up
  bool bias = false;
  bool batch_norm = false;  ///< counted with 2 parameters a channel (folded on the device: one bias)
  std::string
      weights_of;  ///< conv: the layer whose weights and biases it shares (heads over several levels); "" = its own
  std::string activation = "none";  ///< rides on the layer, costs nothing (T7)
  std::int64_t bits = 8;            ///< of the layer's output elements
  std::int64_t weight_bits = 8;
  Size2 output_size{0, 0};  ///< upsample: output size, when scale is not given
  Size2 scale{0, 0};        ///< upsample: integer factors; 0 = use output_size
  UpsampleMode mode = UpsampleMode::nearest;
  bool align_corners = false;
  bool asymmetric = false;                          ///< upsample, bilinear: source row = row · H / Ho
  std::int64_t row_begin = 0, column_begin = 0;     ///< crop: the first row and column that stay
  std::int64_t channel_begin = 0, channel_end = 0;  ///< slice: [begin, end)
  std::int64_t squeeze_channels = 0;                ///< squeeze_excite: 0 = a single FC
  std::int64_t tile_height = 0;                     ///< squeeze_excite: rows a tile; 0 = "full"
  SqueezeMode se_mode = SqueezeMode::tiled;         ///< squeeze_excite
  std::string gate = "sigmoid";                     ///< squeeze_excite: sigmoid | hard_sigmoid | …
  std::string pointer;                              ///< where it was written ("/layers/3"), for messages
};

/// A map that comes with every frame.
struct InputConfig {
  std::string name{};
  std::int64_t height = 0, width = 0, channels = 0, bits = 8;
};

struct NetworkConfig {
  std::string file;  ///< for messages
  std::string name;
  std::string description, source;
  std::string input_name = "input";  ///< of the first input, the one that may be paced (T17)
  std::int64_t input_height = 0, input_width = 0, input_channels = 0, input_bits = 8;
  std::vector<InputConfig> further_inputs;  ///< of networks with several, in the file's order
  std::vector<LayerConfig> layers;
  std::vector<std::string> outputs;  ///< empty: every layer that nobody reads
  std::vector<std::string>
      assumed_free;  ///< "node (operator)" of the model it came from, left out because the user took them to be free
};

/// Reads a network config, or a file over one ("base"); strict; throws InputError with file, pointer, found, expected.
NetworkConfig read_network_config(const std::string& path);

/// The same from a document; `file` is named in messages.
NetworkConfig network_config_from(const nlohmann::json& document, const std::string& file);

/// Sets the inputs of a config, at least one.
void take_inputs(NetworkConfig& config, std::vector<InputConfig> inputs);

/// The JSON text of a config: one layer a line, defaults left out, the same bytes for the same value.
std::string write_network_config(const NetworkConfig& config);

}  // namespace rowflow

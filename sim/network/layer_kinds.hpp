// What kinds of layers there are. A kind is one descriptor in layer_kinds.cpp: its name and keys in JSON, its shape,
// what it counts, and which rows its stages read. A kind without one of these parts does not compile; CONTRIBUTING.md
// says how to add one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/stage_kind.hpp"
#include "sim/network/layer_keys.hpp"
#include "sim/network/layer_refusal.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

/// How a layer's steps go through its rows (rule T7); sim/compile/lower_layers.cpp makes stages of each. `end` says how
/// many there are.
enum class RowPattern {
  window,             ///< an output row a step, from a window that slides over the only input
  transposed_window,  ///< the same of a transposed convolution
  whole_map,          ///< an input row a step, the only output row on the last
  row_by_row,         ///< a row of each operand a step; one of fewer rows stands for a tile
  resized,            ///< an output row a step, from the one or two rows it lies between
  squeeze_excite,     ///< a pipeline of its own: squeeze, FCs, broadcast, scale
  cropped,            ///< an input row a step, handed on or dropped
  rows_in_turn,       ///< an output row a step: all rows of the first operand, then those of the next
  end
};
inline constexpr std::size_t row_pattern_count = static_cast<std::size_t>(RowPattern::end);

struct InputCount {
  std::size_t least, most;
};

/// What the JSON of a kind leaves open until shapes are known: of a depthwise convolution, groups and filters.
enum class FromInput { nothing, groups_and_filters };

/// Sets `output`, and what the config left to the shapes. Throws InputError through the refusal.
using ShapeRule = void (*)(Layer&, const LayerRefusal&);
/// Sets `macs`, `parameters`, `weight_bytes` of a layer with shapes. Throws std::overflow_error.
using CountRule = void (*)(Layer&);
/// The device's cost kind (T8) of the stage that puts out the layer's rows.
using StageKindRule = StageKind (*)(const Layer&);

struct LayerKind {
  /// All parts: none has a default.
  constexpr LayerKind(std::string_view name_, LayerType type_, InputCount inputs_, LayerKeys required_,
                      LayerKeys optional_, LayerKeys one_of_, FromInput from_input_, RowPattern rows_,
                      StageKindRule stage_kind_, ShapeRule shape_, CountRule count_)
      : name(name_),
        type(type_),
        inputs(inputs_),
        required(required_),
        optional(optional_),
        one_of(one_of_),
        from_input(from_input_),
        rows(rows_),
        stage_kind(stage_kind_),
        shape(shape_),
        count(count_) {}

  std::string_view name;  ///< JSON "type"
  LayerType type;
  InputCount inputs;
  LayerKeys required, optional;  ///< beside name, type, inputs, and activation and bits, which every layer may have
  LayerKeys one_of;              ///< of these, which are none of the others, exactly one
  FromInput from_input;
  RowPattern rows;
  StageKindRule stage_kind;
  ShapeRule shape;
  CountRule count;

  constexpr bool has(LayerKey key) const {
    return (required | optional | one_of | LayerKey::activation | LayerKey::bits).has(key);
  }
  /// A layer of this kind with nothing but what it must have: the values that are not written.
  LayerConfig standard() const;
};

/// All kinds, in the order of LayerType; depthwise_conv, a second name for some of conv, behind that.
const LayerKind* begin_of_layer_kinds();
const LayerKind* end_of_layer_kinds();

struct LayerKinds {
  const LayerKind* begin() const { return begin_of_layer_kinds(); }
  const LayerKind* end() const { return end_of_layer_kinds(); }
};
inline constexpr LayerKinds layer_kinds;

std::vector<std::string> layer_kind_names();
const LayerKind& layer_kind(const std::string& name);    ///< Throws Defect for an unknown name.
const LayerKind& layer_kind(const LayerConfig& config);  ///< depthwise_conv as long as its groups are open
inline RowPattern rows_of(const LayerConfig& config) { return layer_kind(config).rows; }

}  // namespace rowflow

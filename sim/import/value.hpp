// What a name of the model stands for while the graph is walked.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "sim/import/tensor.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

struct Value;

/// A scalar function of a map that is not yet known to be a whole activation: parts of SiLU, hard-swish and the like.
/// Each kind followed by scale·y + offset is of the same kind again, and so is a clip of a clip: what exporters split,
/// composes.
struct Function {
  enum class Kind {
    affine,   ///< scale·x + offset
    clipped,  ///< min(max(scale·x + offset, low), high)
    named,    ///< scale·name(x) + offset
  };
  Kind kind = Kind::named;
  std::string name;
  double scale = 1, offset = 0, low = 0, high = 0;
  const onnx::NodeProto* node = nullptr;  ///< where it stands in the model: a stage of its own gets this name
  std::shared_ptr<const Value> base;      ///< x
  int reads = 1;                          ///< how many reads of x it accounts for

  /// Of one element of x alone. Parts of a layer normalisation are not.
  bool is_pointwise() const;
  bool is_bare() const { return scale == 1 && offset == 0; }  ///< of a named one: nothing follows the activation
};

/// One of those that a layer of a network may have.
bool is_known_activation(const std::string& name);

enum class Layout { nchw, nhwc };

struct Value {
  enum class Kind {
    poison,    ///< written by a refused node
    map,       ///< the output of a layer, or of the network's input
    constant,  ///< a stored tensor or what was computed from such, values known when it is small
    opaque,    ///< the host's, computed from what left the network at a cut or at an assumed-free node: may only leave
  };
  Kind kind = Kind::poison;
  std::string name;
  Dims dims;
  std::shared_ptr<const Constant> constant;  ///< may be null: shape only
  std::int64_t bits = 0;                     ///< constant: of a stored element, when it is quantised; else 0
  int layer = network_input;                 ///< map: index of the draft layer
  Layout layout = Layout::nchw;              ///< map of rank 4; other ranks are the elements in NCHW order
  Dims order;                                ///< map: its channels in this order, not yet moved; empty: in their own
  std::int64_t shuffled_groups = 0;          ///< map: channels transposed as [groups, C/groups], not yet reshaped back
  Size2 to_depth{0, 0},
      to_space{0, 0};  ///< map: axes in the order of blocks moved to or from the channels, not yet reshaped
  Size2 sampled{1, 1},
      sampled_from{0, 0};  ///< map: every so many-th row and column, from these on; dims are those of the sample
  Padding padding;         ///< map: constant rows and columns around the layer's output; dims include them
  bool mirrored = false,
       repeated_edge = false;  ///< those rows and columns are reflections, or copies of the last, not of one value
  std::shared_ptr<const Function> function;  ///< map: not yet applied to the layer
  bool repeated = false;      ///< map: one value a channel, or one a pixel, by Expand or the like written as `dims`
  bool exclusive = true;      ///< map: whoever reads the layer reads this name, or what led to it, once
  std::set<int> host_layers;  ///< opaque: what left the network

  bool is_map() const { return kind == Kind::map; }
  bool is_constant() const { return kind == Kind::constant; }
  bool is_sampled() const { return sampled.height * sampled.width > 1; }
  bool is_rearranged() const { return to_depth.height + to_space.height > 0; }
  /// Something waits for its reader: what is read are not the rows of the layer as they are.
  bool is_pending() const {
    return repeated || is_padded() || is_sampled() || is_rearranged() || shuffled_groups > 0 || !order.empty();
  }
  bool is_padded() const { return padding.top + padding.bottom + padding.left + padding.right > 0; }
};

}  // namespace rowflow

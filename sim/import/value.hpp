// What a name of the model stands for while the graph is walked.
#pragma once

#include <memory>
#include <string>

#include "sim/import/tensor.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

struct Value;

/// A scalar function of a map that is not yet known to be a whole activation: parts of SiLU, hard-swish and the like.
/// Each kind followed by scale·y + offset is of the same kind again, and so is a clip of a clip: what exporters split, composes.
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

  bool is_bare() const { return scale == 1 && offset == 0; }  ///< of a named one: nothing follows the activation
};

enum class Layout { nchw, nhwc };

struct Value {
  enum class Kind {
    poison,    ///< written by a refused node
    map,       ///< the output of a layer, or of the network's input
    constant,  ///< a stored tensor or what was computed from such, values known when it is small
    opaque,    ///< came out of an assumed-free node that changed the shape: may only leave the network
  };
  Kind kind = Kind::poison;
  std::string name;
  Dims dims;
  std::shared_ptr<const Constant> constant;  ///< may be null: shape only
  int layer = network_input;                 ///< map: index of the draft layer
  Layout layout = Layout::nchw;              ///< map of rank 4; other ranks are the elements in NCHW order
  std::int64_t shuffled_groups = 0;          ///< map: channels transposed as [groups, C/groups], not yet reshaped back
  Padding padding;                           ///< map: constant rows and columns around the layer's output; dims include them
  std::shared_ptr<const Function> function;  ///< map: not yet applied to the layer
  bool exclusive = true;                     ///< map: whoever reads the layer reads this name, or what led to it, once
  std::vector<int> opaque_layers;

  bool is_map() const { return kind == Kind::map; }
  bool is_constant() const { return kind == Kind::constant; }
  bool is_padded() const { return padding.top + padding.bottom + padding.left + padding.right > 0; }
};

}  // namespace rowflow

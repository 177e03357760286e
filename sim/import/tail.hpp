// Where a model stops being a network: what sorts, rearranges and decodes results on the host.
#pragma once

#include <unordered_set>

#include "sim/import/graph.hpp"

namespace rowflow {

/// Nodes that are bookkeeping, and that nothing but bookkeeping follows up to the outputs: rearranging, selecting,
/// comparing, norms, decoding with constants or with each other. Layers with weights are none, but for the few fixed
/// weights of a decoder (16 bins to a distance).
std::unordered_set<const onnx::NodeProto*> find_tail(const Graph& graph, const onnx::GraphProto& proto);

/// A cut may begin at this operator: it rearranges or selects. Arithmetic only goes on behind a cut.
bool may_begin_cut(const std::string& op);

}  // namespace rowflow

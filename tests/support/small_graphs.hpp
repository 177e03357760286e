// Small graphs: nodes that several tests write, and what a network comes to.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/imports.hpp"

namespace rowflow::test {

using Ints = std::vector<std::int64_t>;

inline Network network_of(OnnxModel& model) { return build_network(import_of(model).network); }

inline std::int64_t macs_of(OnnxModel& model, const ImportOptions& options = {}) {
  return build_network(import_of(model, options).network).macs;
}

/// Of the last layer.
inline Shape end_of(OnnxModel& model) { return build_network(import_of(model).network).layers.back().output; }

/// Layers of this type.
inline std::int64_t count(const Network& network, LayerType type) {
  return std::count_if(network.layers.begin(), network.layers.end(),
                       [&](const Layer& layer) { return layer.config.type == type; });
}

inline onnx::NodeProto& number(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  return OnnxModel::set(node, name, value);
}

inline OnnxModel& axes(OnnxModel& m, onnx::NodeProto& node, const Ints& values) {
  OnnxModel::set(node, "axes", values);
  return m;
}

inline OnnxModel& turned(OnnxModel& m, const std::string& in, const std::string& out, const Ints& perm) {
  OnnxModel::set(m.node("Transpose", {in}, {out}), "perm", perm);
  return m;
}

inline OnnxModel& sliced(OnnxModel& m, const std::string& in, const std::string& out, const Ints& begin,
                         const Ints& end, const Ints& axes, const Ints& steps) {
  m.integers(out + ".b", begin).integers(out + ".e", end).integers(out + ".a", axes).integers(out + ".s", steps);
  m.node("Slice", {in, out + ".b", out + ".e", out + ".a", out + ".s"}, {out});
  return m;
}

}  // namespace rowflow::test

#include "sim/import/outputs.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"

namespace rowflow {

std::vector<std::string> chosen_outputs(const onnx::GraphProto& graph, const std::vector<std::string>& wanted) {
  std::vector<std::string> names, known;
  if (wanted.empty())
    for (const auto& output : graph.output()) names.push_back(output.name());
  for (const std::string& name : wanted) {
    const std::size_t before = names.size();
    for (const bool of_node : {false, true}) {  // a tensor goes before a node that bears its name
      for (const auto& node : graph.node()) {
        for (const std::string& output : node.output())
          if (!output.empty() && (of_node ? node.name() : output) == name) names.push_back(output);
      }
      if (names.size() > before) break;
    }
    if (names.size() > before) continue;
    for (const auto& node : graph.node()) {
      known.push_back(node.name());
      known.insert(known.end(), node.output().begin(), node.output().end());
    }
    throw InputError("--outputs",
                     fmt::format("no node or tensor of the model is named \"{}\"{}", name, nearest_hint(name, known)));
  }
  return names;
}

}  // namespace rowflow

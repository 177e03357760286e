// --costs FILE.json: a folding configuration of FINN: how many elements each node takes (SIMD) and gives (PE) a cycle.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rowflow {

struct FoldedNode {
  std::string name;
  std::int64_t pe = 1, simd = 1;
};

/// In the order of the file, which is that of the graph.
using Folding = std::vector<FoldedNode>;

/// Nodes that have PE or SIMD of {"<node>": {"PE": 8, "SIMD": 16, …}, …}; "Defaults" and further attributes say nothing
/// of time. Throws InputError.
Folding folding_from(const nlohmann::ordered_json& document, const std::string& file);

}  // namespace rowflow

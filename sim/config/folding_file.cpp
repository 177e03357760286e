#include "sim/config/folding_file.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t most_lanes = 1'000'000'000;

std::int64_t lanes(const Reader& node, const char* key) {
  return node.has(key) ? node.at(key).integer(1, most_lanes) : 1;
}

/// FINN's values for all nodes of a kind, which nobody folds with.
void check_defaults(const Reader& defaults) {
  if (!defaults.is_object()) defaults.mismatch("an object");
  for (const char* key : {"PE", "SIMD"})
    if (defaults.has(key)) defaults.at(key).fail("expected PE and SIMD with each node, not as a default");
}

}  // namespace

Folding folding_from(const nlohmann::ordered_json& document, const std::string& file) {
  const nlohmann::json sorted = document;
  const Reader root(file, sorted);
  if (!root.is_object()) root.mismatch("an object of nodes, {\"<node>\": {\"PE\": 8, \"SIMD\": 16}, …}");
  Folding folding;
  for (const auto& [name, ordered] : document.items()) {
    const Reader node = root.at(name);
    if (name == "Defaults") {
      check_defaults(node);
      continue;
    }
    if (!node.is_object()) node.mismatch("an object with PE and SIMD");
    if (node.has("PE") || node.has("SIMD")) folding.push_back({name, lanes(node, "PE"), lanes(node, "SIMD")});
  }
  if (folding.empty())
    throw InputError(file, "found no node with PE or SIMD, expected a folding configuration of FINN");
  return folding;
}

}  // namespace rowflow

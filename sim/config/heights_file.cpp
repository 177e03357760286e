#include "sim/config/heights_file.hpp"

#include <nlohmann/json.hpp>

#include "sim/config/reader.hpp"

namespace rowflow {

TileHeights heights_from(const nlohmann::json& document, const std::string& file) {
  const Reader root(file, document);
  root.expect_keys({"$schema", "description", "tile_heights"});
  for (const char* key : {"$schema", "description"}) {
    if (root.has(key)) root.at(key).text();
  }
  TileHeights heights;
  for (const auto& [layer, height] : root.at("tile_heights").members()) {
    const bool full = height.is_text() && height.text() == "full";
    heights[layer] = full ? 0 : height.integer(1, 999'999'999, "a number of rows of at least 1, or \"full\"");
  }
  return heights;
}

}  // namespace rowflow

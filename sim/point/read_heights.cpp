#include "sim/point/read_heights.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/parse.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

HeightsOfFile read_heights(const std::string& path) {
  const nlohmann::json document = parse_json_file(path);
  if (document.is_object() && document.contains("tile_heights")) return {heights_from(document, path), {}, false};
  if (!document.is_object() || !document.contains("layers"))
    throw InputError(path,
                     "expected a network config, such as `rowflow tune -o` writes, or {\"tile_heights\": "
                     "{\"<SE layer>\": rows or \"full\", …}}");
  HeightsOfFile found{{}, {}, true};
  for (const LayerConfig& layer : network_config_from(document, path).layers) {
    if (layer.type != LayerType::squeeze_excite) continue;
    found.heights[layer.name] = layer.tile_height;
    found.modes[layer.name] = layer.se_mode;
  }
  return found;
}

}  // namespace rowflow

// export --heights FILE, the plain form: a tile height by SE block.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rowflow {

/// By SE layer: rows a tile, 0 = full.
using TileHeights = std::map<std::string, std::int64_t>;

/// From {"$schema": …, "description": …, "tile_heights": {"<layer>": rows | "full", …}}; `file` is named in messages.
/// Whether the layers exist is known only to who has the network. Throws InputError.
TileHeights heights_from(const nlohmann::json& document, const std::string& file);

}  // namespace rowflow

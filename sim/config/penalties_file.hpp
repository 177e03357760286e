// --penalties FILE: what a tile height costs in accuracy, by block, in the user's own measure.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace rowflow {

/// By SE layer, by rows a tile.
using Penalties = std::map<std::string, std::map<std::int64_t, double>>;

/// Reads {"$schema": …, "description": …, "penalties": {"<layer>": {"<rows>": penalty, …}}}: penalties at least 0.
/// Whether the layers exist is known only to who has the network. Throws InputError.
Penalties read_penalties_file(const std::string& path);

}  // namespace rowflow

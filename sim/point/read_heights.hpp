// What a file says about the tile heights of a model's SE blocks.
#pragma once

#include <string>

#include "sim/config/heights_file.hpp"

namespace rowflow {

struct HeightsOfFile {
  TileHeights heights;
  bool of_network = false;  ///< from a network config, which names all its blocks
};

/// Reads a network config, such as `tune -o` writes, or the plain form of heights_file.hpp. Throws InputError.
HeightsOfFile read_heights(const std::string& path);

}  // namespace rowflow

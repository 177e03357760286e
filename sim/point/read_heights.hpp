// What a file says about tile heights and modes of a model's SE blocks.
#pragma once

#include <string>

#include "sim/config/heights_file.hpp"
#include "sim/network/network_config.hpp"

namespace rowflow {

struct HeightsOfFile {
  TileHeights heights;
  std::map<std::string, SqueezeMode> modes;  ///< of a network config's blocks
  bool of_network = false;                   ///< from a network config, which names all its blocks
};

/// Reads a network config, such as `tune -o` writes, or the plain form of heights_file.hpp. Throws InputError.
HeightsOfFile read_heights(const std::string& path);

}  // namespace rowflow

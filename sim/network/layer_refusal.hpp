// How rules of layers refuse: with the layer's place in the file.
#pragma once

#include <fmt/format.h>

#include <string>

#include "sim/base/error.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

struct LayerRefusal {
  const Layer& layer;
  const std::string& file;
  /// Throws InputError. `key` = "/kernel", "/inputs/1"; empty: the layer as a whole.
  [[noreturn]] void operator()(const std::string& key, const std::string& what) const {
    throw InputError(file + ": " + layer.config.pointer + key,
                     fmt::format("layer \"{}\": {}", layer.config.name, what));
  }
};

}  // namespace rowflow

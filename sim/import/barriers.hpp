// Layers that hold rows back until a whole map is there, and what waits beside them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rowflow {

struct Network;

/// A layer whose first output row needs the whole map, with what waits beside it.
struct Barrier {
  std::string layer;
  std::string kind;  ///< "se" | "gate" | "pool" | "neck" (a join of rows that arrive far apart)
  struct Bypass {
    std::string from, to;       ///< layers (or "input")
    std::int64_t elements = 0;  ///< of the whole map that waits
  };
  std::vector<Bypass> bypasses;
};

/// Those of a checked network, in its order.
std::vector<Barrier> find_barriers(const Network& network);

}  // namespace rowflow

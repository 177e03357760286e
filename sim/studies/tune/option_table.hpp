// The choice of one option a block when bytes and losses add up: exact, by dynamic programming over what is not
// dominated.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/units.hpp"

namespace rowflow {

struct BlockOption {
  Bytes bytes = 0;        ///< against the same block's first option
  std::int64_t loss = 0;  ///< at least 0
  bool counts = false;    ///< towards the number of blocks to keep small
};

using OptionTable = std::vector<std::vector<BlockOption>>;  ///< by block; no block without options

struct OptionLimits {
  std::optional<Bytes> most_bytes;
  std::optional<std::int64_t> most_loss;
};

struct OptionChoice {
  std::vector<int> options;  ///< index by block
  Bytes bytes = 0;
  std::int64_t loss = 0;
  int count = 0;
};

/// Fewest bytes within the limits; of equals least loss, then fewest counted. Empty when nothing is within the limits.
std::optional<OptionChoice> fewest_bytes(const OptionTable& table, const OptionLimits& limits);

/// Fewest counted blocks within the limits; of equals least loss, then fewest bytes. Empty when nothing is within the
/// limits.
std::optional<OptionChoice> fewest_counted(const OptionTable& table, const OptionLimits& limits);

}  // namespace rowflow

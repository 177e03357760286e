// What the tiles of a design point cost in accuracy, by the user's file.
#pragma once

#include <optional>
#include <string>

#include "sim/config/penalties_file.hpp"
#include "sim/metrics/combine.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

struct KnownPenalties {
  Penalties penalties;
  std::string se_mode;  ///< of the gates that were measured; empty: their author says what they are of
  std::string file;     ///< as messages name it
  Combine combine = Combine::rss;
};

struct PenaltyFound {
  std::optional<double> total;  ///< of all tiled blocks and static gates together (combined_penalty)
  std::string missing;          ///< why there is none
};

/// Of the network as it is; a block with one tile costs nothing. None where the file says nothing of the network, or
/// not of every tiled block and static gate.
PenaltyFound penalty_of(const Network& network, const KnownPenalties& known);

/// Throws InputError where the file was measured with gates of another mode than a tiled block or static gate has.
void check_modes(const Network& network, const KnownPenalties& known);

}  // namespace rowflow

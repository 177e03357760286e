// Heights of a network that takes several contexts, where the full rate of one pipeline is no question: the most frames
// a second at a batch (T19).
#pragma once

#include <vector>

#include "sim/studies/tune/tune.hpp"
#include "sim/studies/tune/tune_search.hpp"

namespace rowflow {

/// A local search: from the best of all full and of uniform heights, single blocks are changed as long as that is for
/// the better; then every block is given the gentlest height (least penalty, else largest tile) that costs next to
/// nothing. Small spaces are tried out.
TuneResult tune_batch(const Network& network, const Device& device, const TuneOptions& options,
                      const std::vector<TuneBlock>& blocks);

}  // namespace rowflow

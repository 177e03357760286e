// Channels in another order.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/import/importer.hpp"

namespace rowflow {

void import_gather(Importer&);

/// A layer that hands on channels [begin, end) of a map.
Value channels_of(Drafts& layers, const Value& in, std::int64_t begin, std::int64_t end);

/// Layers that put channels of a map in this order: a part, a shuffle, every so many-th, or runs of neighbours joined
/// again. Throws Refusal where those are too many.
Value moved_channels(Drafts& layers, const Value& in, const std::vector<std::int64_t>& order);

/// The node's output is these channels of a map; `dims` are the result's. A permutation waits for its reader.
void set_channels(Importer& importer, const Value& in, const std::vector<std::int64_t>& order, const Dims& dims);

}  // namespace rowflow

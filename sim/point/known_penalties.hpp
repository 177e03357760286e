// A design point's penalties file, with what the point says of it.
#pragma once

#include <memory>

#include "sim/evaluate/penalty.hpp"
#include "sim/point/contents.hpp"

namespace rowflow {

/// Nothing where the point has no file. Throws InputError: a block that no network of `contents` has.
std::shared_ptr<const KnownPenalties> known_penalties(const DesignPoint& point, const Contents& contents);

}  // namespace rowflow

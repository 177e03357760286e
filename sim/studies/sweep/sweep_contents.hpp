// Everything a sweep's points are made of, read once.
#pragma once

#include "sim/point/contents.hpp"
#include "sim/studies/sweep/sweep.hpp"

namespace rowflow {

/// Reads what the sweep names. Gives every block an axis of its own where the grid says "*". Throws InputError: for
/// files, and for names of layers and device figures that nothing has.
Contents read_contents(Sweep& sweep);

}  // namespace rowflow

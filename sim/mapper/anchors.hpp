// Smaller devices whose plans are tried on a larger one: heuristics that go wrong for one device do not for all, and a
// plan is never slower where there is more of anything.
#pragma once

#include <vector>

#include "sim/config/device.hpp"

namespace rowflow {

/// Devices with less of one figure each, the next lower of a grid that does not depend on the device (1, 2, 3, 4, 6, 8,
/// 12, 16, …), so that neighbouring devices share them. Figures of 0, which mean no limit or none of it, stay. Of
/// the subclusters of a physical layer all of 8, 16, 32, … below too: how layers are divided changes with each of them.
std::vector<Device> anchors_of(const Device& device);

}  // namespace rowflow

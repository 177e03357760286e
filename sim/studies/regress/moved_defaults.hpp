// Cases written before a default moved: whether that alone is why they differ.
#pragma once

#include <functional>
#include <vector>

#include "sim/config/regression.hpp"
#include "sim/point/design_point.hpp"

namespace rowflow {

/// Whether all that a case expects comes out at a point.
using AsExpected = std::function<bool(const DesignPoint&)>;

/// The options that the point leaves to defaults that have moved since version 0.1 and that make all as expected when
/// they are as they were: one if one is enough, else all. Empty: they are not why it differs.
std::vector<MovedDefault> moved_defaults(const DesignPoint& point, const AsExpected& as_expected);

}  // namespace rowflow

// Which cluster each stage runs in, and so which buffers cross clusters (rule T5).
#pragma once

#include "sim/config/device.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// Fills clusters one after the other in topological order, so that neighbours share a cluster: a stage moves to the next cluster when
/// this one lacks a controller or subclusters for it. A stage larger than a cluster takes whole ones. Clusters beyond the device's
/// are used when it is too small (the fit says so). Buffers between clusters get the device's transfer latency; those of source and
/// sinks do not, they belong to the links.
void place(Plan& plan, const Device& device, ParameterUse& use);

}  // namespace rowflow

// Stages that move rows and compute nothing: to and from memory levels (rule T15), across clusters of finite width
// (T5).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/compile/cost.hpp"
#include "sim/compile/lowering.hpp"

namespace rowflow {

/// Replaces a buffer by producer → <consumer>.store → buffer → <consumer>.load → consumer (T15). The buffer keeps its
/// index, its name and its role and gets the level; the two short ones around it are of role transfer. `.store` and
/// `.load` are numbered when the consumer has several.
void insert_store(Lowered& lowered, int buffer, MemoryLevel level);

/// Replaces a buffer by producer → <consumer>.transfer → buffer → consumer: one row a step, ⌈row elements / width⌉
/// cycles (T5).
void insert_transfer(Lowered& lowered, int buffer);

/// Bytes of a frame that each direction of each shared memory level moves, with source and sinks on the host link; and
/// its bandwidth.
struct LevelTraffic {
  Bytes in = 0, out = 0;                             ///< towards the chip's compute, and away from it
  std::int64_t in_bandwidth = 0, out_bandwidth = 0;  ///< bytes a 1000 cycles; 0 = unlimited
};
std::map<MemoryLevel, LevelTraffic> level_traffic(const Plan& plan, const Device& device, ParameterUse& use);

/// T15: a step of a stage that has a share of a level moves one row in ⌈row bytes / share⌉ cycles, the share being the
/// stage's part of the direction's bytes a frame. Bytes of a row × all bytes ÷ own bytes ÷ bandwidth.
Cycles shared_row_cycles(const Buffer& rows, Bytes direction_bytes, std::int64_t bandwidth);

/// Largest bytes a frame / bandwidth over all levels and directions: no interval is shorter.
Cycles traffic_interval(const std::map<MemoryLevel, LevelTraffic>& traffic);

}  // namespace rowflow

// From a stage that waits to the reason: who waits for whom, steady (T9), until a stage that works all the time, or a
// circle.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

struct StallLink {
  int stage = -1;
  StallKind kind = StallKind::starved;
  int buffer = -1;
  double share = 0;  ///< of the steady interval that the stage loses to this
  int next = -1;     ///< the stage at the other end: why it does not give rows or space; -1: the source's schedule
  std::optional<Rows>
      squeeze_row;  ///< of an SE block's vector: the row of the map that its first tile is complete with
};

struct StallChain {
  std::vector<StallLink> links;
  int root = -1;         ///< the stage that the last link waits for
  double root_busy = 0;  ///< its share of work
  bool circle = false;   ///< the root waits, through the links, for itself
};

/// The critical cycle's waits, from one for space on (a bypass or skip first), where space is on it. Else the largest
/// stalls from the most blocked stage on, or the most starved. Empty when nothing waits.
StallChain stall_chain(const RunResult& result);

/// One sentence, e.g. "s3.b1.dw is blocked (31 % of the time) because s3.b1.dw->s3.b1.se.scale holds 28 rows until
/// s3.b1.se.squeeze has seen row 28, …".
std::string chain_sentence(const RunResult& result, const StallChain& chain);

}  // namespace rowflow

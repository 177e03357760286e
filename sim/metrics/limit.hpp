// What sets a point's throughput: the decision alone. Reports put it into sentences.
#pragma once

#include <string>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

enum class LimitKind { deadlock, does_not_fit, stage, buffer, untraced, unknown };

struct Limit {
  LimitKind kind = LimitKind::unknown;
  int stage = -1;  ///< LimitKind::stage: the one that takes most of the critical cycle, or without one, that the stage
                   ///< bound is of
  int buffer =
      -1;  ///< LimitKind::buffer: the one whose space the critical cycle waits for longest: depth is what can be bought
};

/// From the critical cycle; without one, from the analytic bounds (T9, T11). `untraced`: row forwarding (T16) leaves no
/// critical cycle, and the interval is longer than any stage's own.
Limit limit_of(const RunResult& result);

/// The SE block that the stage is an excite stage of, or null.
const SeBlock* excited_by(const Plan& plan, int stage);

/// A few words, for a column or a table: "bypass of se1", "depth of a->b", "input link", a stage's name, …
std::string limit_name(const RunResult& result);

}  // namespace rowflow

// A plain evaluation of rules T1–T6 on a Plan, step by step, and of their variant "row forwarding", in which a step may
// begin on the first beats of a row. Two uses: a second opinion on the simulator, and a trial of the variant.
#pragma once

#include <vector>

#include "sim/plan/plan.hpp"
#include "tests/rtl/configuration.hpp"

namespace rowflow::rtl {

enum class Rule {
  rows,          ///< T2–T4 as they stand
  forward_data,  ///< a step may begin when the first beats of its newest row are visible
  forward_both,  ///< … and space is handed back beat by beat, too
};

/// What the variant knows of a joint, beyond the Plan; cycles.
struct ForwardEdge {
  bool whole = false;     ///< the consumer reads the row more than once: no forwarding of data
  Cycles first = 0;       ///< producer: from the start of its step until its first beat leaves
  Cycles lead = 0;        ///< from the first beat until the consumer's first result has all it reads, at the producer's pace
  Cycles setup = 0;       ///< consumer: cycles of its step before it looks at data
  Cycles tail = 0;        ///< consumer: from the arrival of the last beat to the end of its step, at least
  Cycles first_free = 0;  ///< consumer: from the start of its step until it frees its first beat
  // The registers between the two hold beats as well.
  Rows held_rows = 0;     ///< whole rows of them
  Cycles head_start = 0;  ///< how much before space is freed the producer's step may start
  Cycles last_free = 0;   ///< from the end of the freeing step to the end of the producer's, at least (often negative)
};

struct RuleRun {
  bool deadlock = false;
  std::vector<Cycles> start, completion;  ///< of each frame
  std::vector<Rows> peak;                 ///< of each buffer (T10)
};

/// The ForwardEdge of each buffer of plan_of(c).
std::vector<ForwardEdge> forward_edges(const Configuration& c);

RuleRun evaluate(const Plan& plan, int frames, Rule rule, const std::vector<ForwardEdge>& edges);

}  // namespace rowflow::rtl

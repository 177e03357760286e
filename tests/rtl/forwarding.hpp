// A plain evaluation of rules T1–T6 and T16 (row forwarding) on a Plan, step by step: a second opinion on the
// simulator. And the figures of T16 as they follow from the hardware's parameters.
#pragma once

#include <vector>

#include "sim/plan/plan.hpp"
#include "tests/rtl/configuration.hpp"

namespace rowflow::rtl {

enum class Rule {
  rows,          ///< T2–T4 as they stand
  forward_data,  ///< half of T16, for comparison: a step may begin when the first beats of its newest row are visible
  forward_both,  ///< T16: … and space is handed back beat by beat, too
};

struct RuleRun {
  bool deadlock = false;
  std::vector<Cycles> start, completion;  ///< of each frame
  std::vector<Rows> peak;                 ///< of each buffer (T10)
};

/// The Forwarding of each buffer of plan_of(c).
std::vector<Forwarding> forward_edges(const Configuration& c);

/// `edges` stand for the buffers' own Forwarding, which is not looked at.
RuleRun evaluate(const Plan& plan, int frames, Rule rule, const std::vector<Forwarding>& edges);

}  // namespace rowflow::rtl

// The answer first: does it fit and what is short, how fast it is; sentences that stand above every table.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/contexts.hpp"
#include "sim/report/comparison.hpp"

namespace rowflow {

/// What has to be said, and what more may be where there is room.
struct Sentence {
  std::string core;
  std::vector<std::string> more;

  std::string whole() const;  ///< ends in a full stop
  /// With as much of it as a line of so many columns takes; the core in any case.
  std::string within(std::size_t width) const;
};

struct Verdict {
  Sentence fit, answer;  ///< an empty core: nothing to say
};

Verdict verdict(const RunResult& result);
/// Of the recommended tile height, and what holds of all of them.
Verdict verdict(const Comparison& comparison);
/// Not simulated.
Verdict verdict(const Plan& plan);
Verdict verdict(const Contexts& contexts);

/// A line each, as far as the terminal is wide enough.
std::string verdict_text(const Verdict& verdict, const NextStep& next, const TextStyle& style);

/// One line: how many figures of the device are assumed, and what the answer hinges on where that is known without
/// another run; with style.verbose all their names. `all`: those of all results that are shown. The last of every
/// text.
std::string assumed_line(const RunResult& result, const Provenance& all, const TextStyle& style);

}  // namespace rowflow

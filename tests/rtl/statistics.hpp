// Errors and how they are distributed.
#pragma once

#include <string>
#include <vector>

#include "tests/rtl/comparison.hpp"

namespace rowflow::rtl {

/// Per cent, (model − hardware) / hardware.
double error_percent(double model, double hardware);

struct Distribution {
  std::size_t count = 0;
  double mean = 0;                        ///< signed: the bias
  double median = 0, p95 = 0, worst = 0;  ///< of the magnitude
};
Distribution distribution(std::vector<double> errors);

using Of = Figures Comparison::*;

/// How often a rule's favourite tile height of a group is the hardware's.
struct BestTile {
  int groups = 0;   ///< with at least two tile heights that run
  int same = 0;     ///< the very same
  int as_good = 0;  ///< the hardware, with the rule's favourite, is within 0.5 % of its best
};
enum class Goal { interval, latency };
BestTile best_tile(const std::vector<Comparison>& all, Of model, Of hardware, Goal goal);

/// Errors of figure(SE) − figure(TSE), in per cent of the hardware's figure(SE), for each tile height of each group.
std::vector<double> difference_errors(const std::vector<Comparison>& all, Of model, Of hardware, Goal goal);

}  // namespace rowflow::rtl

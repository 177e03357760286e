// What penalties of single blocks come to together.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "sim/base/enum_names.hpp"

namespace rowflow {

/// How errors that each block alone makes are taken to add up. rss: as if they pointed in unrelated directions, which
/// is what distances of outputs do; sum: as if all in one; max: as if only the largest counted.
enum class Combine { rss, sum, max, end };

template <>
struct EnumNames<Combine> {
  static constexpr std::string_view of[] = {"rss", "sum", "max"};
};

/// What adds up: squares for rss.
inline double penalty_weight(Combine combine, double penalty) {
  return combine == Combine::rss ? penalty * penalty : penalty;
}

inline double combined_penalty(Combine combine, const std::vector<double>& penalties) {
  double total = 0;
  for (const double penalty : penalties) {
    const double weight = penalty_weight(combine, penalty);
    total = combine == Combine::max ? std::max(total, weight) : total + weight;
  }
  return combine == Combine::rss ? std::sqrt(total) : total;
}

/// Sums of decimals may be off in their last digits.
inline bool within_limit(double penalty, const std::optional<double>& limit) {
  constexpr double rounding = 1e-9;
  return !limit || penalty <= *limit * (1 + rounding);
}

}  // namespace rowflow

// What is known about sufficient capacities: lower bounds, and demands of the kind "this buffer so deep, or that one so
// deep". The cheapest capacities that meet them all cost no more than the cheapest that suffice: a proven lower bound.
#pragma once

#include "sim/mapper/choices.hpp"

namespace rowflow {

class Demands {
 public:
  /// `price` must outlive this.
  Demands(const Price& price, std::vector<Rows> lower_bounds);

  void add(const Demand& demand);

  /// Goes on with the search of each group of buffers that share demands; each with about so many looks at most
  /// (Choices::solve). Returns the looks taken.
  std::int64_t solve(std::int64_t most);

  /// After solve(): capacities that meet all demands, the cheapest if exact().
  const std::vector<Rows>& capacities() const { return capacities_; }
  bool exact() const { return exact_; }
  /// No capacities that suffice cost less.
  std::int64_t lower_bound() const { return lower_bound_; }

 private:
  const Price& price_;
  const std::vector<Rows> least_;
  std::vector<Choices> groups_;
  std::vector<Rows> capacities_;
  bool exact_ = true;
  std::int64_t lower_bound_ = 0;
};

}  // namespace rowflow

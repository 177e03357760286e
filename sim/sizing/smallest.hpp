// The cheapest buffers that keep an interval, with a guarantee (after Stuijk, Geilen and Basten, IEEE Trans. Computers 57(10), 2008:
// only the buffers whose space is on a critical cycle are worth enlarging).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"
#include "sim/sizing/demands.hpp"

namespace rowflow {

struct SmallestOptions {
  Price price;
  std::int64_t effort = 100'000'000;  ///< at most about so many looks at a step or a choice: a count, so that answers repeat
};

struct Smallest {
  std::vector<Rows> capacities;    ///< keep the interval; no buffer of them can be a row smaller alone
  std::int64_t price = 0;          ///< of these capacities
  std::int64_t lower_bound = 0;    ///< no capacities that keep the interval cost less
  std::vector<Rows> needed_alone;  ///< per buffer: the least it has in any capacities that keep the interval
  std::int64_t effort = 0;         ///< spent
  bool exact() const { return price == lower_bound; }
};

/// `plan` has capacities that keep the interval (at most `interval` cycles a frame), e.g. the full-rate depths, and no row forwarding.
/// Throws InputError when unlimited buffers do not keep it.
Smallest smallest_capacities(const Plan& plan, const Ratio& interval, const SmallestOptions& options);

}  // namespace rowflow

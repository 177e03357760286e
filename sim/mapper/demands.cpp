#include "sim/mapper/demands.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace rowflow {

Demands::Demands(const Price& price, std::vector<Rows> lower_bounds)
    : price_(price), least_(std::move(lower_bounds)), capacities_(least_), lower_bound_(price.of(least_)) {}

void Demands::add(const Demand& demand) {
  if (demand.empty()) throw Defect("a demand that nothing can meet");
  std::vector<int> buffers;
  for (const auto& literal : demand) buffers.push_back(literal.first);
  const auto has = [](const Choices& group, int b) {
    return std::binary_search(group.buffers().begin(), group.buffers().end(), b);
  };
  for (Choices& group : groups_)
    if (std::all_of(buffers.begin(), buffers.end(), [&](int b) { return has(group, b); })) return group.add(demand);
  std::vector<Demand> demands{demand};
  std::vector<Choices> apart;
  for (Choices& group : groups_) {
    if (std::none_of(demand.begin(), demand.end(), [&](const auto& literal) { return has(group, literal.first); })) {
      apart.push_back(std::move(group));
      continue;
    }
    buffers.insert(buffers.end(), group.buffers().begin(), group.buffers().end());
    demands.insert(demands.end(), group.demands().begin(), group.demands().end());
  }
  std::sort(buffers.begin(), buffers.end());
  buffers.erase(std::unique(buffers.begin(), buffers.end()), buffers.end());
  Choices joined(price_, buffers, least_);
  for (const Demand& each : demands) joined.add(each);
  apart.push_back(std::move(joined));
  groups_ = std::move(apart);
}

std::int64_t Demands::solve(std::int64_t most) {
  std::int64_t looks = 0;
  lower_bound_ = price_.of(least_);
  exact_ = true;
  for (Choices& group : groups_) {
    looks += group.solve(most);
    exact_ &= group.exact();
    group.write(capacities_);
    for (const int b : group.buffers()) lower_bound_ -= price_.of(b, least_[static_cast<std::size_t>(b)]);
    lower_bound_ += group.lower_bound();
  }
  return looks;
}

}  // namespace rowflow

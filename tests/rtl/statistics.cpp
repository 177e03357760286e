#include "tests/rtl/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace rowflow::rtl {
namespace {

double figure(const Figures& f, Goal goal) { return goal == Goal::interval ? f.interval() : f.latency(); }

/// Better by more than a thousandth in the goal; else by the other figure; else not.
bool better(const Figures& a, const Figures& b, Goal goal) {
  const double x = figure(a, goal), y = figure(b, goal);
  if (std::abs(x - y) > 0.001 * y) return x < y;
  const Goal other = goal == Goal::interval ? Goal::latency : Goal::interval;
  return figure(a, other) < figure(b, other) - 0.001 * figure(b, other);
}

using Group = std::vector<const Comparison*>;

std::map<std::string, Group> groups(const std::vector<Comparison>& all, Of model, Of hardware) {
  std::map<std::string, Group> result;
  for (const Comparison& x : all)
    if (!(x.*model).deadlock && !(x.*hardware).deadlock) result[x.configuration.group].push_back(&x);
  return result;
}

/// The first of the best, in the order of the grid.
const Comparison* best(const Group& group, Of of, Goal goal) {
  return *std::min_element(group.begin(), group.end(),
                           [&](const Comparison* a, const Comparison* b) { return better(a->*of, b->*of, goal); });
}

}  // namespace

double error_percent(double model, double hardware) { return 100.0 * (model - hardware) / hardware; }

Distribution distribution(std::vector<double> errors) {
  Distribution d;
  d.count = errors.size();
  if (errors.empty()) return d;
  for (double& e : errors) {
    d.mean += e / static_cast<double>(errors.size());
    e = std::abs(e);
  }
  std::sort(errors.begin(), errors.end());
  d.median = errors[errors.size() / 2];
  d.p95 = errors[std::min(errors.size() - 1, errors.size() * 95 / 100)];
  d.worst = errors.back();
  return d;
}

BestTile best_tile(const std::vector<Comparison>& all, Of model, Of hardware, Goal goal) {
  BestTile result;
  for (const auto& [name, group] : groups(all, model, hardware)) {
    if (group.size() < 2) continue;
    const Comparison* guess = best(group, model, goal);
    const Comparison* truth = best(group, hardware, goal);
    ++result.groups;
    result.same += guess == truth ? 1 : 0;
    result.as_good += figure(guess->*hardware, goal) <= 1.005 * figure(truth->*hardware, goal) ? 1 : 0;
  }
  return result;
}

std::vector<double> difference_errors(const std::vector<Comparison>& all, Of model, Of hardware, Goal goal) {
  std::vector<double> errors;
  for (const auto& [name, group] : groups(all, model, hardware)) {
    const auto se =
        std::find_if(group.begin(), group.end(), [](const Comparison* x) { return x->configuration.is_se(); });
    if (se == group.end()) continue;
    for (const Comparison* x : group) {
      if (x == *se) continue;
      const double rule = figure((*se)->*model, goal) - figure(x->*model, goal);
      const double real = figure((*se)->*hardware, goal) - figure(x->*hardware, goal);
      errors.push_back(100.0 * (rule - real) / figure((*se)->*hardware, goal));
    }
  }
  return errors;
}

}  // namespace rowflow::rtl

#include "sim/explore/summary.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace rowflow {

namespace {

/// The row's objectives, smaller being better; none unless all are known.
std::optional<std::vector<double>> costs_of(const PointRow& row) {
  if (row.status != "ok") return std::nullopt;
  std::vector<double> costs;
  for (const Objective& objective : objectives()) {
    const Value& value = row.figures[point_column(objective.column)];
    double figure = 0;
    if (const auto* integer = std::get_if<std::int64_t>(&value))
      figure = static_cast<double>(*integer);
    else if (const auto* real = std::get_if<double>(&value))
      figure = *real;
    else
      return std::nullopt;
    costs.push_back(objective.larger ? -figure : figure);
  }
  return costs;
}

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] > b[i]) return false;
  return true;  // or they are equal
}

/// The rows' places among those that count, and their costs: all that must be in memory at once.
struct Candidates {
  std::vector<std::int64_t> positions;
  std::vector<std::vector<double>> costs;
};

constexpr std::size_t by_fps = 0, by_latency = 1, by_bytes = 2;  // of objectives()

std::optional<std::size_t> best(const Candidates& rows, const Limits& limits, const std::vector<std::size_t>& order) {
  std::optional<std::size_t> best;
  for (std::size_t r = 0; r < rows.costs.size(); ++r) {
    const auto& costs = rows.costs[r];
    if (limits.most_buffer_bytes && costs[by_bytes] > static_cast<double>(*limits.most_buffer_bytes)) continue;
    if (limits.least_fps && -costs[by_fps] < *limits.least_fps) continue;
    const auto better = [&] {
      for (const std::size_t o : order)
        if (costs[o] != rows.costs[*best][o]) return costs[o] < rows.costs[*best][o];
      return false;
    };
    if (!best || better()) best = r;
  }
  return best;
}

}  // namespace

const std::vector<Objective>& objectives() {
  static const std::vector<Objective> list{{"fps", true}, {"paced_cycles", false}, {"buffer_bytes", false}};
  return list;
}

std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& costs) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] != costs[b] ? costs[a] < costs[b] : a < b; });
  // In this order only an earlier line can dominate a later one.
  std::vector<std::size_t> front;
  for (const std::size_t line : order) {
    const bool dominated =
        std::any_of(front.rbegin(), front.rend(), [&](std::size_t other) { return dominates(costs[other], costs[line]); });
    if (!dominated) front.push_back(line);
  }
  return front;
}

SweepSummary summarise(const Results& results, const Limits& limits) {
  SweepSummary summary;
  summary.expected = std::stoull("0" + results.about("points"));
  Candidates candidates;
  results.for_each(false, [&](const StoredRow& stored) {
    ++summary.count[stored.row.status];
    const auto costs = costs_of(stored.row);
    if (!costs) return;
    candidates.positions.push_back(*stored.position);
    candidates.costs.push_back(*costs);
  });
  const auto front = pareto_front(candidates.costs);
  const auto fastest = best(candidates, limits, {by_fps, by_latency, by_bytes});
  const auto smallest = best(candidates, limits, {by_bytes, by_fps, by_latency});
  std::set<std::int64_t> wanted;
  for (const std::size_t line : front) wanted.insert(candidates.positions[line]);
  for (const auto& line : {fastest, smallest})
    if (line) wanted.insert(candidates.positions[*line]);
  std::map<std::int64_t, StoredRow> found;
  results.for_each(false, [&](const StoredRow& row) {
    if (wanted.count(*row.position) > 0) found.emplace(*row.position, row);
  });
  const auto row_at = [&](std::size_t line) { return found.at(candidates.positions[line]); };
  for (const std::size_t line : front) summary.front.push_back(row_at(line));
  if (fastest) summary.fastest = row_at(*fastest);
  if (smallest) summary.smallest = row_at(*smallest);
  return summary;
}

}  // namespace rowflow

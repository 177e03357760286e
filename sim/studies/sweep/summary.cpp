#include "sim/studies/sweep/summary.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

namespace rowflow {

namespace {

/// The row's objectives, smaller being better; none unless all are known.
std::optional<std::vector<double>> costs_of(const PointRow& row) {
  if (row.status != "ok") return std::nullopt;
  std::vector<double> costs;
  for (const Objective& objective : objectives()) {
    Cell value = row.figures[point_column(objective.column)];
    if (std::holds_alternative<std::monostate>(value) && std::string(objective.column) == "latency_ms")
      value = row.figures[point_column("paced_ms")];  // of folders of older versions
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

std::string network_of(const StoredRow& stored) { return nlohmann::json::parse(stored.settings).value("network", ""); }

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

constexpr std::size_t by_fps = 0, by_latency = 1, by_bytes = 2, by_cuts = 3;  // of objectives()

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
  static const std::vector<Objective> list{
      {"fps", true}, {"latency_ms", false}, {"buffer_bytes", false}, {"buffer_cuts", false}, {"excite_share", false}};
  return list;
}

std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& costs) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return costs[a] != costs[b] ? costs[a] < costs[b] : a < b; });
  // In this order only an earlier line can dominate a later one.
  std::vector<std::size_t> front;
  for (const std::size_t line : order) {
    const bool dominated = std::any_of(front.rbegin(), front.rend(),
                                       [&](std::size_t other) { return dominates(costs[other], costs[line]); });
    if (!dominated) front.push_back(line);
  }
  return front;
}

namespace {

/// Positions of the rows that a network's summary names.
struct Chosen {
  std::string network;
  std::vector<std::int64_t> front;
  std::optional<std::int64_t> fastest, smallest;
};

Chosen chosen_of(const std::string& network, const Candidates& rows, const Limits& limits) {
  Chosen chosen;
  chosen.network = network;
  for (const std::size_t line : pareto_front(rows.costs)) chosen.front.push_back(rows.positions[line]);
  const auto position = [&](std::optional<std::size_t> line) {
    return line ? std::optional<std::int64_t>(rows.positions[*line]) : std::nullopt;
  };
  chosen.fastest = position(best(rows, limits, {by_fps, by_latency, by_bytes, by_cuts}));
  chosen.smallest = position(best(rows, limits, {by_bytes, by_cuts, by_fps, by_latency}));
  return chosen;
}

/// Candidates by network, in order of the first row.
struct ByNetwork {
  std::vector<std::string> names;
  std::map<std::string, Candidates> candidates;

  Candidates& of(const std::string& name) {
    if (candidates.count(name) == 0) names.push_back(name);
    return candidates[name];
  }
};

}  // namespace

SweepSummary summarise(const Results& results, const Limits& limits) {
  SweepSummary summary;
  summary.expected = std::stoull("0" + results.about("points"));
  ByNetwork rows;
  results.for_each(false, [&](const StoredRow& stored) {
    ++summary.count[stored.row.status];
    const auto costs = costs_of(stored.row);
    if (!costs) return;
    Candidates& candidates = rows.of(network_of(stored));
    candidates.positions.push_back(*stored.position);
    candidates.costs.push_back(*costs);
  });
  std::vector<Chosen> chosen;
  for (const std::string& name : rows.names) chosen.push_back(chosen_of(name, rows.candidates.at(name), limits));
  std::set<std::int64_t> wanted;
  for (const Chosen& one : chosen) {
    wanted.insert(one.front.begin(), one.front.end());
    for (const auto& position : {one.fastest, one.smallest})
      if (position) wanted.insert(*position);
  }
  std::map<std::int64_t, StoredRow> found;
  results.for_each(false, [&](const StoredRow& row) {
    if (wanted.count(*row.position) > 0) found.emplace(*row.position, row);
  });
  for (const Chosen& one : chosen) {
    SummaryOfNetwork& network = summary.networks.emplace_back();
    network.network = one.network;
    for (const std::int64_t position : one.front) network.front.push_back(found.at(position));
    if (one.fastest) network.fastest = found.at(*one.fastest);
    if (one.smallest) network.smallest = found.at(*one.smallest);
  }
  return summary;
}

}  // namespace rowflow

#include "sim/studies/sweep/summary.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

namespace rowflow {

namespace {

const Objective objectives[] = {
    {"fps", true}, {"latency_ms", false}, {"buffer_bytes", false}, {"buffer_cuts", false}, {"excite_share", false}};
const Objective penalty{"penalty", false};
constexpr std::size_t by_fps = 0, by_latency = 1, by_bytes = 2, by_cuts = 3;  // of objectives

std::optional<double> figure_of(const PointRow& row, const char* column) {
  const Cell& value = row.figures[point_column(column)];
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  const auto* real = std::get_if<double>(&value);
  return real != nullptr ? std::optional<double>(*real) : std::nullopt;
}

/// The row's objectives, smaller being better; none unless all are known.
std::optional<std::vector<double>> costs_of(const PointRow& row) {
  if (row.status != "ok") return std::nullopt;
  std::vector<double> costs;
  for (const Objective& objective : objectives) {
    auto figure = figure_of(row, objective.column);
    if (!figure && std::string(objective.column) == "latency_ms")
      figure = figure_of(row, "paced_ms");  // of folders of older versions
    if (!figure) return std::nullopt;
    costs.push_back(objective.larger ? -*figure : *figure);
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
  std::vector<std::optional<double>> penalties;

  bool has_penalties() const {
    return std::any_of(penalties.begin(), penalties.end(), [](const auto& known) { return known.has_value(); });
  }
};

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
  bool penalties = false;
  std::uint64_t no_penalty = 0;
  std::vector<std::int64_t> front;
  std::optional<std::int64_t> fastest, smallest;
};

/// With what tiles cost in accuracy as an objective more, of the rows of which that is known.
Candidates with_penalties(const Candidates& rows) {
  Candidates with;
  for (std::size_t r = 0; r < rows.costs.size(); ++r) {
    if (!rows.penalties[r]) continue;
    with.positions.push_back(rows.positions[r]);
    with.costs.push_back(rows.costs[r]);
    with.costs.back().push_back(*rows.penalties[r]);
  }
  return with;
}

Chosen chosen_of(const std::string& network, const Candidates& rows, const Limits& limits) {
  Chosen chosen;
  chosen.network = network;
  chosen.penalties = rows.has_penalties();
  const Candidates compared = chosen.penalties ? with_penalties(rows) : rows;
  chosen.no_penalty = rows.costs.size() - compared.costs.size();
  for (const std::size_t line : pareto_front(compared.costs)) chosen.front.push_back(compared.positions[line]);
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
    candidates.penalties.push_back(figure_of(stored.row, penalty.column));
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
    network.penalties = one.penalties;
    network.no_penalty = one.no_penalty;
    for (const std::int64_t position : one.front) network.front.push_back(found.at(position));
    if (one.fastest) network.fastest = found.at(*one.fastest);
    if (one.smallest) network.smallest = found.at(*one.smallest);
  }
  summary.objectives.assign(std::begin(objectives), std::end(objectives));
  if (std::any_of(chosen.begin(), chosen.end(), [](const Chosen& one) { return one.penalties; }))
    summary.objectives.push_back(penalty);
  return summary;
}

}  // namespace rowflow

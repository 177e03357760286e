// What a sweep's rows say together: how many came out how, the Pareto front, the best within limits.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/studies/sweep/results.hpp"

namespace rowflow {

/// A figure that is better when larger, or when smaller. The front is of all of them together. The penalty in accuracy
/// is one of them, the last, for a network of which any row has one; rows whose penalty is unknown are then not of it.
struct Objective {
  const char* column;  ///< of point_columns()
  bool larger;
};

struct Limits {
  std::optional<std::int64_t> most_buffer_bytes;
  std::optional<double> least_fps;
};

/// Of the points of one network: figures of different networks are no alternatives.
struct SummaryOfNetwork {
  std::string network;
  bool penalties = false;        ///< known of a row
  std::uint64_t no_penalty = 0;  ///< rows that ran and are not of the front, as theirs is unknown
  std::vector<StoredRow> front;  ///< no row is better in one objective and no worse in all; best first objective first
  std::optional<StoredRow>
      fastest;  ///< within the limits: most frames per second, then least latency, then fewest bytes, then cuts
  std::optional<StoredRow>
      smallest;  ///< within the limits: fewest bytes, then cuts, then most frames per second, then least latency
};

struct SweepSummary {
  std::uint64_t expected = 0;  ///< points of the whole sweep, equal ones counted as often as they stand in it
  std::map<std::string, std::uint64_t> count;  ///< rows by status
  std::vector<Objective> objectives;           ///< of the networks' fronts; the penalty where any network has one
  std::vector<SummaryOfNetwork> networks;      ///< in order of their first row; without those of which no point ran
};

/// Indices of the lines that no other dominates, sorted by the first objective; of equal lines the first. Smaller is
/// better in every figure.
std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& costs);

SweepSummary summarise(const Results& results, const Limits& limits);

}  // namespace rowflow

// Which points of a sweep a folder still lacks, found one after the other: the first at once, however many there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "sim/studies/sweep/run_sweep.hpp"

namespace rowflow {

class Agenda {
 public:
  /// What the folder has already is taken over where next() comes by; `write` is called before anything is written.
  Agenda(const Sweep& sweep, const Contents& contents, const std::string& version, const SweepOptions& options,
         Results& results, std::function<void()> write);

  /// How many points there may be: of this shard, equal ones counted as often as they stand in the sweep.
  std::uint64_t most() const;

  /// The next point to compute: its place in the sweep. `progress` learns what is there already, and which are equal.
  std::optional<std::uint64_t> next(SweepProgress& progress);

 private:
  using Known = Results::Known;
  std::string identity() const;
  bool lacks(const Known& row, const DesignPoint& point) const;

  const Sweep& sweep_;
  const Contents& contents_;
  const std::string& version_;
  const SweepOptions& options_;
  Results& results_;
  const std::function<void()> write_;
  const std::uint64_t count_;
  std::uint64_t next_;                                  ///< place of the point that next() looks at first
  std::unordered_map<std::string, Known> known_;        ///< rows by id; their place in this sweep, or -1
  std::unordered_map<std::uint64_t, const Known*> at_;  ///< those whose place is known, by it
  std::unordered_set<std::string> met_;                 ///< ids handed out
};

}  // namespace rowflow

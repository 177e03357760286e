// All points of a sweep into a results folder.
#pragma once

#include <functional>
#include <string>

#include "sim/studies/sweep/point_row.hpp"
#include "sim/studies/sweep/results.hpp"
#include "sim/studies/sweep/sweep.hpp"

namespace rowflow {

struct Shard {
  int index = 1;  ///< 1 … of
  int of = 1;     ///< this process does the points whose place in the sweep is index−1 modulo this
};

struct SweepProgress {
  std::uint64_t points = 0;   ///< of this shard, equal ones counted once
  std::uint64_t stored = 0;   ///< of these, there before
  std::uint64_t done = 0;     ///< computed now
  std::uint64_t checked = 0;  ///< of these, with the SystemC model beside the event graph
  std::uint64_t defects = 0;  ///< of these, defects of the program
};

struct SweepOptions {
  int jobs = 1;
  Shard shard;
  Keep keep = Keep::blocks;
  double check_percent = 1;  ///< of the points, chosen by their ids, are simulated with the SystemC model too
  std::function<std::string(const RunResult&)> whole;  ///< for Keep::full
  std::function<void(const SweepProgress&)> progress;  ///< called several times a second
};

/// Computes every point of the sweep (of its shard) that the folder has not, in worker processes, and keeps each as
/// soon as it is there. `version`: of the program; part of the ids. What fails is a row with its reason. Points whose
/// worker died are tried again. Afterwards exactly this sweep's rows have a position: their first place in it. Throws
/// InputError when the folder cannot be written, or another process writes to it.
SweepProgress run_sweep(const Sweep& sweep, const Contents& contents, const std::string& version,
                        const std::string& folder, const SweepOptions& options);

/// A point of a results folder as it was, with the contents it named: what it takes to compute it again.
struct FoundPoint {
  std::string version;  ///< of the program that computed it
  DesignPoint point;
  Contents contents;
};
/// By its id or a prefix that only it has. Throws InputError.
FoundPoint find_point(const std::string& folder, const std::string& id);

}  // namespace rowflow

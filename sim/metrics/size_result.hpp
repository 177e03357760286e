// What `rowflow size` found: the cheapest buffers that hold a throughput, against those configured.
#pragma once

#include <optional>
#include <vector>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// One buffer, in rows.
struct SizedBuffer {
  Rows configured = 0;  ///< by --buffers
  Rows peak = 0;        ///< observed with the configured ones, source saturated (T10)
  Rows unlimited =
      0;  ///< peak when no buffer is ever full and the source is paced at the highest throughput (T14 full-rate)
  Rows minimal = 0;       ///< free of deadlock, no more (T14 minimal)
  Rows needed_alone = 0;  ///< the least in any buffers that hold the throughput: with all others unlimited
  Rows answer = 0;
};

/// The cheapest buffers for some throughput.
struct FrontPoint {
  std::vector<Rows> capacities;
  std::int64_t price = 0;
  std::int64_t lower_bound = 0;  ///< of the price for what was asked for
  Bytes bytes = 0;
  Ratio interval;  ///< reached
  double fps = 0;
  std::optional<double> paced = {};  ///< latency, cycles
};

struct SizeResult {
  RunResult configured;
  double asked_fps = 0;    ///< 0: the highest there is
  double highest_fps = 0;  ///< with unlimited buffers, what lies outside L3 (T15) taken as mapped
  Ratio target;            ///< longest interval that is good enough
  bool reachable = true;   ///< else nothing below is filled in

  bool cuts = false;       ///< prices are cuts of memory, else bytes
  std::int64_t price = 0;  ///< of the answer
  std::int64_t lower_bound =
      0;  ///< proven: no buffers that hold the throughput cost less; = price: the answer is the cheapest
  std::int64_t effort = 0;  ///< spent
  RunResult answer;         ///< its plan has the capacities; simulated
  bool settled = false;     ///< the mapping that the capacities were found for is the one that they lead to
  std::vector<SizedBuffer> buffers;

  std::vector<FrontPoint> front;  ///< by throughput, each dearer and faster than the one before; empty unless asked for
  bool front_complete = false;    ///< no further point exists (intervals a thousandth of a cycle apart count as one)
  bool exact() const { return price == lower_bound; }

  /// Of several contexts, one after another: each by itself. Then asked_fps and highest_fps are of the batch, the
  /// latter as simulated; price and lower_bound the largest context's, and buffers those of all of them, in order; no
  /// target, no front.
  std::vector<SizeResult> contexts;
};

}  // namespace rowflow

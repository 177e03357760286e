// What `rowflow explain` found: a finished run, the same point with one thing changed at a time, and a few changes
// together.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// What a lever changes; each is an option of `rowflow run`.
enum class LeverKind { all_tiles, tile_height, depths, buffer, cluster, subclusters, contexts, device, end };

template <>
struct EnumNames<LeverKind> {
  static constexpr std::string_view of[] = {"all_tiles", "tile_height", "depths",   "buffer",
                                            "cluster",   "subclusters", "contexts", "device"};
};

/// What a run of a changed point gives.
struct Outcome {
  RunStatus status = RunStatus::ok;
  bool fits = true;
  int contexts = 1;
  std::optional<double> fps;  ///< of several contexts those of the batch; none in a deadlock
  std::optional<double> ms;   ///< paced latency; of several contexts that of a batch of 1
  Bytes bytes = 0;            ///< of all buffers; of several contexts the most that any takes, so are cuts
  std::int64_t cuts = 0;      ///< of L3 and L4
};

/// One change, evaluated.
struct Lever {
  LeverKind kind = LeverKind::tile_height;
  std::string name;                    ///< of block, buffer, stage, context or figure; empty: of all
  std::string from, to;                ///< rows, tile height, cluster, subclusters, first layer, value
  std::vector<std::string> arguments;  ///< of `rowflow run`, that do it
  Outcome outcome;
};

/// How far throughput and latency follow one figure of the device: per cent per cent, from the step that was tried.
struct Elasticity {
  std::string figure;
  std::int64_t from = 0, to = 0;
  double throughput = 0, latency = 0;
};

struct ExplainResult {
  RunResult base;
  bool as_if_fitted = false;  ///< the point does not fit, and as it was asked for is not simulated
  Outcome before;             ///< the base, as levers are told
  std::vector<Lever> levers;  ///< best first, by the goal; empty in a deadlock
  std::map<LeverKind, int>
      candidates;  ///< how many changes of each kind there are; more than evaluated where --levers is less
  std::vector<Elasticity> elasticities;  ///< largest effect on throughput first
  std::vector<Lever> path;               ///< each outcome with all changes before it; empty: none better than one lever
  std::string path_command;              ///< that runs with all of them
};

/// Gains smaller than this share of what was are none worth naming.
inline constexpr double worth_naming = 0.01;

/// (throughput then − now) / now; nothing where either has none. Infinite where only the change has one.
std::optional<double> throughput_gain(const Outcome& then, const Outcome& now);

/// (latency now − then) / now.
std::optional<double> latency_gain(const Outcome& then, const Outcome& now);

/// Whether a change would not fit although the point does.
bool loses_fit(const Outcome& then, const Outcome& now);

Outcome outcome_of(const RunResult& result);

}  // namespace rowflow

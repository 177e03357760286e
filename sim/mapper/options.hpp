// What a design point asks for beyond network and device.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/compile/cut_pipeline.hpp"
#include "sim/compile/user_costs.hpp"
#include "sim/config/mapping_file.hpp"
#include "sim/plan/goal.hpp"
#include "sim/plan/plan.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

/// How much is searched where buffers are `best`. Of many plans of which few are kept: a trial is of another allocation
/// or device; a stretch may become a context, with the allocation that comes first and any depths that fit.
enum class SearchEffort { full, trial, stretch };

/// For what is tried independently: each takes up to ten MB.
inline constexpr int most_threads = 8;

struct PartitionMemo;
struct KnownPenalties;

struct EvaluateOptions {
  std::string buffers = "full-rate";          ///< T14: minimal | full-rate; capacities below override single buffers
  std::map<std::string, Rows> capacities;     ///< by buffer name
  std::map<std::string, MemoryLevel> levels;  ///< by buffer name: outside L3 whatever the depth (T15)
  std::optional<Bytes>
      buffer_budget;  ///< all buffers on the chip together; smaller ones are chosen when the policy's exceed it
  int frames = 0;     ///< of the saturated run; 0 = until the interval is proven (T11)
  bool until_proven =
      false;             ///< no frame beyond the proof: throughput, isolated and paced latency alone are as otherwise
  bool accounts = true;  ///< Engine::events: else without what stages and buffers did (T9, T10)
  bool link_sharing = true;  ///< of the latency; a frame more to evaluate, where rows go to another memory level
  double fps = 0;            ///< pace of the paced run; 0 = the steady interval
  Timing timing = Timing::decoupled;
  Engine engine = Engine::systemc;  ///< of the runs that are reported; searches for depths use Engine::events anyway
  std::string fit = "assume";
  Goal goal = Goal::throughput;  ///< of depth policy best
  double target_fps = 0;  ///< the allocation takes no more than this rate needs; 0: it is as fast as there is room
  std::map<std::string, UserCost> costs;
  std::map<std::string, MappedLayer> mapping;  ///< explicit allocation, by stage or layer name
  std::map<std::string, Rows>
      fifo_rows;  ///< by buffer name: beyond the window and the row being written; in place of the policy
  std::map<std::string, int> extra_subclusters = {};  ///< by stage name (CompileOptions)
  std::optional<PipelinePart> part = {};              ///< one of several contexts (CompileOptions)
  SearchEffort effort = SearchEffort::full;
  int threads = 1;       ///< for what is tried independently (threads.hpp); changes no answer
  int batch = 8;         ///< frames that go through one context before the next is loaded (T19)
  int max_contexts = 0;  ///< of the partition; 0 = any number
  std::vector<std::string> context_cuts =
      {};  ///< names of the stages or layers that contexts begin with; empty: search
  std::shared_ptr<PartitionMemo> memo =
      {};  ///< of partitions before this one, whose options differ in nothing, and whose networks in tile heights alone
  std::shared_ptr<const KnownPenalties> penalties = {};  ///< for RunResult::penalty (sim/evaluate/penalty.hpp)
};

}  // namespace rowflow

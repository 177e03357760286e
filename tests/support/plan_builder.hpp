// Small plans for hand-computed tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow::test {

/// 1, 2, … rows: one row a step.
inline std::vector<Rows> each_row(Rows rows) {
  std::vector<Rows> table;
  for (Rows r = 1; r <= rows; ++r) table.push_back(r);
  return table;
}

/// Builds a plan stage by stage; the first stage is the source.
class PlanBuilder {
 public:
  int stage(const std::string& name, std::vector<Cycles> cost, Cycles latency = 0) {
    Stage stage;
    stage.name = stage.layer = name;
    stage.kind = plan_.stages.empty() ? StageKind::source : StageKind::conv;
    stage.cost = std::move(cost);
    stage.latency = latency;
    plan_.stages.push_back(std::move(stage));
    return static_cast<int>(plan_.stages.size()) - 1;
  }
  int stage(const std::string& name, Rows steps, Cycles cost, Cycles latency = 0) {
    return stage(name, std::vector<Cycles>(static_cast<std::size_t>(steps), cost), latency);
  }

  /// Joins two stages; tables as in T1.
  int connect(int from, int to, Rows capacity, std::vector<Rows> emits, std::vector<Rows> needs,
              std::vector<Rows> releases) {
    Buffer buffer;
    buffer.from = from;
    buffer.to = to;
    buffer.name = at(from).name + "->" + at(to).name;
    buffer.rows_per_frame = emits.back();
    buffer.capacity_rows = capacity;
    buffer.row_elements = buffer.row_bytes = 16;
    const int index = static_cast<int>(plan_.buffers.size());
    at(from).outputs.push_back({index, std::move(emits)});
    at(to).inputs.push_back({index, std::move(needs), std::move(releases)});
    plan_.buffers.push_back(std::move(buffer));
    return index;
  }
  /// One row a step at both ends.
  int connect(int from, int to, Rows capacity) {
    const auto rows = each_row(static_cast<Rows>(at(from).steps()));
    return connect(from, to, capacity, rows, rows, rows);
  }

  Plan& plan() { return plan_; }
  Plan finish() {
    for (auto& stage : plan_.stages) {
      if (stage.outputs.empty()) stage.kind = StageKind::sink;
    }
    plan_.device.clock_hz = 1'000'000;
    return plan_;
  }

 private:
  Stage& at(int stage) { return plan_.stages[static_cast<std::size_t>(stage)]; }
  Plan plan_;
};

}  // namespace rowflow::test

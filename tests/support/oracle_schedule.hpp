// The times of every step and row, as rules T2–T4 and T6 give them. Private to the oracle.
#pragma once

#include <vector>

#include "tests/support/oracle_plan.hpp"

namespace rowflow::oracle {

inline constexpr Int never = INT64_MAX;

/// Rows of one buffer, numbered through all frames. A row not yet written or freed has no entry.
struct RowTimes {
  std::vector<Int> written;  ///< start of the step that emits it
  std::vector<Int> visible;  ///< T3
  std::vector<Int> freed;    ///< T4
};

/// The terms of T2 for one step; a term that no executed step fulfils is `never`.
struct StartTerms {
  Int unit = 0;
  Int schedule = 0;          ///< T6; the source only
  std::vector<Int> visible;  ///< per input port: when the last needed row is visible; 0 when none is needed
  std::vector<Int> space;    ///< per output port: when the last slot it needs is free; 0 when none is needed
};

class Schedule {
 public:
  Schedule(const PlanSpec& plan, int frames);

  const PlanSpec& plan() const { return plan_; }
  int frames() const { return frames_; }
  const std::vector<Int>& starts(std::size_t stage) const { return starts_[stage]; }
  const RowTimes& rows(std::size_t buffer) const { return rows_[buffer]; }
  Int end(std::size_t stage, std::size_t step) const;  ///< start + cost; steps numbered through all frames
  std::size_t total_steps(std::size_t stage) const {
    return plan_.stages[stage].cost.size() * static_cast<std::size_t>(frames_);
  }
  bool finished(std::size_t stage) const { return starts_[stage].size() == total_steps(stage); }

  /// The terms that decide when a step starts; all its predecessors need to be known, or the term is `never`.
  StartTerms terms(std::size_t stage, std::size_t step) const;

 private:
  bool try_step(std::size_t stage);
  void execute(std::size_t stage, std::size_t step, Int start);
  void run();

  const PlanSpec& plan_;
  int frames_;
  std::vector<std::vector<Int>> starts_;
  std::vector<RowTimes> rows_;
};

}  // namespace rowflow::oracle

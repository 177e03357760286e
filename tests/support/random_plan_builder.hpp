// How random plans are built: part of random_plan.cpp and random_operations.cpp.
#pragma once

#include <string>

#include "tests/support/random_plan.hpp"

namespace rowflow::test {

class RandomPlanBuilder {
 public:
  explicit RandomPlanBuilder(const Tape& tape) : tape_(tape) {}
  Plan build();

 private:
  std::int64_t draw(std::int64_t low, std::int64_t high);
  bool chance(int percent) { return draw(0, 99) >= 100 - percent; }  // no, by default

  int add_stage(StageKind kind, const std::vector<Rows>& emits);
  void connect(int from, int to, const std::vector<Rows>& needs, const std::vector<Rows>& releases, BufferRole role);
  int row_stage(StageKind kind, int input);
  int join(int a, int b);
  int window(int input);
  int se_block(int input);
  int resize(int input);
  int pool_all(int input);
  int burst(int input);
  int any_tables(int input);
  void operation();
  void sinks();
  void capacities();
  void pacing();
  Rows rows(int stage) const { return emits_[static_cast<std::size_t>(stage)].back(); }
  Stage& stage(int index) { return plan_.stages[static_cast<std::size_t>(index)]; }

  const Tape& tape_;
  std::size_t next_ = 0;
  Plan plan_;
  std::vector<std::vector<Rows>> emits_;  ///< per stage: the table all its outputs share
  std::vector<int> open_;                 ///< stages whose rows may be read
  Cycles longest_cost_ = 1;
};

}  // namespace rowflow::test

// How deep a buffer must at least be, whatever the stages around it do: bounds that need no simulation.
#pragma once

#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow {

class BufferBound {
 public:
  /// The plan must outlive this.
  explicit BufferBound(const Plan& plan);

  /// The stages on ways from the buffer's producer to its consumer, both included, in plan order. All that its bound depends on.
  std::vector<int> stages_between(int buffer) const;

  /// No schedule without deadlock that takes a frame every `period` cycles holds fewer rows than this at its fullest: the rows that must
  /// be there together for the consumer to go on (T12), and the mean of rows in it, from the least time each stays (Little's law).
  /// Between an SE block's scale and its reader, for the schedule of T14 alone, in which steps start as early as they can: the rows of
  /// a tile leave the scale one after the other, so those that a slower reader has not taken yet pile up. T16 (row forwarding) is left out.
  Rows least_rows(int buffer, Cycles period) const;

 private:
  struct Ends {
    const StageInput* input = nullptr;
    const StageOutput* output = nullptr;
  };

  Rows rows_together(int buffer, const std::vector<int>& stages) const;
  Rows mean_rows(int buffer, const std::vector<int>& stages, Cycles period) const;
  Rows burst_rows(int buffer) const;
  bool leaves_in_bursts(const SeBlock& block) const;
  Rows pile_of(const Buffer& buffer, const StageInput& input, Rows tile) const;
  Cycles least_stay(int buffer, Rows row, const std::vector<int>& stages) const;

  const Plan& plan_;
  std::vector<Ends> ends_;                ///< by buffer
  std::vector<std::vector<int>> into_;    ///< by stage: buffers it reads
  std::vector<std::vector<int>> out_of_;  ///< by stage: buffers it writes
};

}  // namespace rowflow

// How deep a buffer must at least be, whatever the stages around it do: bounds that need no simulation.
#pragma once

#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow {

class BufferBound {
 public:
  /// The plan must outlive this. `features_late`, by SE block: by how many cycles features may come later to the scale
  /// than the plan says, because stages and buffers may lie elsewhere; empty: by none.
  explicit BufferBound(const Plan& plan, std::vector<Cycles> features_late = {});

  /// The stages on ways from the buffer's producer to its consumer, both included, in plan order. All that its bound
  /// depends on.
  std::vector<int> stages_between(int buffer) const;

  /// No run of T14's full-rate schedule with this frame period holds fewer rows than this at its fullest: the largest
  /// of
  /// - live_rows (true of every schedule),
  /// - the mean of rows in it, from the least time each stays (Little's law; true of every schedule with this period),
  /// - what piles up while the producer takes several steps without a pause (true because steps start as early as they
  /// can): the rows of
  ///   a tile in an SE block's scale, those at the lower edge of a padded window, the copies of an upsampled row.
  /// With row forwarding (T16): 1.
  Rows least_rows(int buffer, Cycles period) const;

  /// The rows that must be there together for the consumer to go on, all other buffers unlimited (T12).
  Rows live_rows(int buffer) const;

 private:
  /// Steps of a stage that follow each other without a pause.
  struct Run {
    std::size_t first = 0, last = 0;
  };
  struct Ends {
    const StageInput* input = nullptr;
    const StageOutput* output = nullptr;
  };

  Rows mean_rows(int buffer, const std::vector<int>& stages, Cycles period) const;
  Rows burst_rows(int buffer) const;
  Rows pile_of(int buffer, const Run& run) const;
  std::vector<Run> runs_of(int stage) const;
  bool has_features_in_time(std::size_t block) const;
  Cycles least_stay(int buffer, Rows row, const std::vector<int>& stages) const;

  const Plan& plan_;
  std::vector<Cycles> features_late_;
  std::vector<Ends> ends_;                ///< by buffer
  std::vector<std::vector<int>> into_;    ///< by stage: buffers it reads
  std::vector<std::vector<int>> out_of_;  ///< by stage: buffers it writes
};

}  // namespace rowflow

// Pieces of work in worker processes: the death of one costs nothing but its own answer.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace rowflow {

struct ChildOutcome {
  bool answered = false;
  std::string answer;        ///< what `work` returned
  std::string death;         ///< how the child ended when it did not answer
  bool input_fault = false;  ///< it ended with an exception that the user's input caused; `death` is its message
  double seconds = 0;        ///< of the work, by the wall clock; 0 when the child died
};

/// Runs work(index) for each index below `count` in at most `jobs` worker processes (workers.hpp). `take` gets the
/// outcomes here, in order of index, as early as that order allows. The caller must not have simulated before: workers
/// inherit the process' state. Throws InputError when the system refuses processes.
void for_each_in_children(std::size_t count, int jobs, const std::function<std::string(std::size_t)>& work,
                          const std::function<void(std::size_t, const ChildOutcome&)>& take);

}  // namespace rowflow

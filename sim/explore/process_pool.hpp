// Pieces of work, each in a forked child of its own: its death costs nothing but its own answer.
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
  double seconds = 0;        ///< from fork to end, by the wall clock
};

/// Forks a child for each index below `count`, at most `jobs` at a time; it runs work(index) and hands its result back through a
/// pipe. `take` gets the outcomes here, in order of index, as early as that order allows. The caller must not have simulated before:
/// children inherit the process' state. Throws Defect when the system refuses processes or pipes.
void for_each_in_children(std::size_t count, int jobs, const std::function<std::string(std::size_t)>& work,
                          const std::function<void(std::size_t, const ChildOutcome&)>& take);

}  // namespace rowflow

// Pieces of work in threads: for pure functions of values that nobody changes meanwhile.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace rowflow {

/// Runs work(index) for each index below `count`, at most `threads` at a time; with one, here. When all have ended,
/// throws what the lowest index that failed has thrown. Afterwards the process has no threads of it left, so it may
/// start workers (workers.hpp).
void for_each_in_threads(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

/// From now on all that is done here: this process is one of several that work side by side.
void use_one_thread();

/// The values of work(0) … work(count − 1), so found.
template <typename Value>
std::vector<Value> values_in_threads(std::size_t count, int threads, const std::function<Value(std::size_t)>& work) {
  std::vector<Value> values(count);
  for_each_in_threads(count, threads, [&](std::size_t index) { values[index] = work(index); });
  return values;
}

}  // namespace rowflow

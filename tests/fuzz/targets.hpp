// What is fuzzed: functions that take any bytes, or any number to draw from, and either return, or throw what
// input_fault knows. Anything else is a defect.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rowflow::fuzz {

struct Target {
  const char* name;
  std::vector<std::string> corpus;  ///< files and folders below the sources' root
  std::function<std::vector<std::string>(const std::string& folder)> made;  ///< seeds that the program makes itself
  const char* ending;  ///< of a file with such bytes; "": they stay in memory. Of both seeds none: draws
  std::function<void(const std::string& bytes, const std::string& path)> read;  ///< of changed seeds
  std::function<void(std::uint64_t number)> draw;                               ///< of no seeds, but a number
};

const std::vector<Target>& targets();

/// Random networks on random devices through the mapper, contexts and spilling, into both timings and both engines,
/// with T16 and waveforms: all agree. Throws Defect where they do not.
void evaluate_drawn(std::uint64_t number);

/// A ring between a source and a sink that stall at random, against a queue of rows.
void work_ring(std::uint64_t number);

/// Buffers alone in a kernel, between a source and a sink with random costs and latencies, against the rules by hand.
void work_buffer(std::uint64_t number);

}  // namespace rowflow::fuzz

// Another program, run to its end.
#pragma once

#include <string>
#include <vector>

namespace rowflow {

struct ProgramOutcome {
  bool started = false;     ///< false: there is no such program
  int status = 0;           ///< exit status; 128 + the signal that ended it
  std::string out, errors;  ///< standard output and standard error
};

/// `words`: the program, looked for on PATH, and its arguments; nothing on its standard input. Throws InputError when
/// the system refuses a process.
ProgramOutcome run_program(const std::vector<std::string>& words);

}  // namespace rowflow

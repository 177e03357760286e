// A line on standard error that says what the program is at: from one second on, only on a terminal, gone when it is
// done.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "sim/cli/request.hpp"

namespace rowflow {

/// Shown while it lives (so nothing else is printed meanwhile), when standard error is a terminal and --quiet is not
/// given. Results never depend on it.
class Progress {
 public:
  explicit Progress(const Request& request);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// What is being done from now on, such as "tile height 7 (3 of 7)".
  void now(const std::string& what);

 private:
  void tick();

  std::mutex mutex_;
  std::condition_variable ended_;
  std::string what_;
  bool end_ = false;
  std::thread ticker_;  ///< last: it uses the members above
};

}  // namespace rowflow

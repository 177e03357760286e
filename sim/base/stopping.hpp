// What happens when the user or the system stops the program (SIGINT, SIGTERM, SIGHUP): nothing half-made is left
// behind.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>

namespace rowflow {

/// From now on temporary files are removed and `resume` (if any) is said before the signal ends the program as it would
/// have. A signal that is ignored, as nohup does, stays so. Forked processes that are to leave the files alone call
/// stop_plainly.
void handle_stops();

/// In a forked process: signals end it, and nothing else happens.
void stop_plainly();

/// What to say on standard error when stopped; nullptr: nothing. `text` must live as long as the program.
void say_when_stopped(const char* text);

/// While it lives, the file at this path is removed when the program is stopped.
class RemovedWhenStopped {
 public:
  explicit RemovedWhenStopped(std::string path);
  ~RemovedWhenStopped();
  RemovedWhenStopped(const RemovedWhenStopped&) = delete;
  RemovedWhenStopped& operator=(const RemovedWhenStopped&) = delete;

 private:
  const std::string path_;
  std::atomic<const char*>* place_ = nullptr;
};

}  // namespace rowflow

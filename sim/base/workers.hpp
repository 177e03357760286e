// Long-lived worker processes: tasks by number in, bytes out. A worker's death costs the task it was at, and nothing
// else.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rowflow {

class Workers {
 public:
  using Task = std::uint64_t;
  struct Calls {
    std::function<std::string(Task)> work;               ///< in a worker; must not throw
    std::function<std::optional<Task>()> next;           ///< the next task to hand out; none: no more
    std::function<void(Task, const std::string&)> done;  ///< what work returned; in no particular order
    std::function<void(Task, const std::string&)> died;  ///< the worker died at this task, and why
    std::function<void()> pause;                         ///< nothing to do for the moment; called at least every 50 ms
  };

  /// Forks `jobs` workers. The process must have no threads.
  Workers(int jobs, Calls calls);
  /// Ends the workers.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Until every task has been done or has died.
  void run();

 private:
  struct Worker {
    pid_t process = -1;
    int channel = -1;
    std::deque<Task> tasks;  ///< handed out, not answered; it is at the first
    std::string received;
    std::size_t ahead = 1;  ///< how many tasks it may have at a time
    std::chrono::steady_clock::time_point last_answer;
  };

  void start(Worker& worker);
  [[noreturn]] void serve(int channel) const;
  void hand_out(Worker& worker);
  void take_answers(Worker& worker);
  void note_pace(Worker& worker);
  void bury(Worker& worker);
  bool read_some(Worker& worker);
  std::optional<Task> next_task();

  Calls calls_;
  std::vector<Worker> workers_;
  std::deque<Task> returned_;  ///< handed to a worker that died before it came to them
  bool exhausted_ = false;
  int deaths_without_work_ = 0;
};

}  // namespace rowflow

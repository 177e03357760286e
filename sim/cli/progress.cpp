#include "sim/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "sim/cli/output.hpp"

namespace rowflow {

Progress::Progress(const Request& request) {
  if (!request.quiet && isatty(STDERR_FILENO) == 1) ticker_ = std::thread(&Progress::tick, this);
}

Progress::~Progress() {
  if (!ticker_.joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    end_ = true;
  }
  ended_.notify_one();
  ticker_.join();
}

void Progress::now(const std::string& what) {
  const std::lock_guard<std::mutex> lock(mutex_);
  what_ = what;
}

void Progress::tick() {
  constexpr const char* clear = "\r\033[K";
  const auto begin = std::chrono::steady_clock::now();
  std::unique_lock<std::mutex> lock(mutex_);
  bool shown = false;
  while (!ended_.wait_for(lock, std::chrono::seconds(1), [this] { return end_; })) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
    status_line(fmt::format("{}rowflow: {}, {} s", clear, what_, seconds));
    shown = true;
  }
  if (shown) status_line(clear);
}

}  // namespace rowflow

#include "sim/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

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
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
    fmt::print(stderr, "{}rowflow: {}, {} s", clear, what_, seconds);
    std::fflush(stderr);
    shown = true;
  }
  if (shown) {
    fmt::print(stderr, "{}", clear);
    std::fflush(stderr);
  }
}

}  // namespace rowflow

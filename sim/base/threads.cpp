#include "sim/base/threads.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>

namespace rowflow {

namespace {
std::atomic<bool> one_thread{false};
}

void use_one_thread() { one_thread = true; }

void for_each_in_threads(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  std::vector<std::exception_ptr> thrown(count);
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t index = next++; index < count; index = next++) {
      try {
        work(index);
      } catch (...) {
        thrown[index] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> others;
  const std::size_t most = one_thread ? 1 : std::min(count, static_cast<std::size_t>(std::max(1, threads)));
  try {
    for (std::size_t t = 1; t < most; ++t) others.emplace_back(run);
  } catch (const std::system_error&) {  // the system gives no more: these have to do
  }
  run();
  for (std::thread& other : others) other.join();
  for (const std::exception_ptr& error : thrown)
    if (error) std::rethrow_exception(error);
}

}  // namespace rowflow

// Work in threads: values by index, what is thrown, one thread in a worker process.
#include "sim/base/threads.hpp"

#include <unistd.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "sim/base/process_pool.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

TEST_CASE("values in threads come by index, whatever ends first") {
  for (const int threads : {-1, 0, 1, 2, 5, 100}) {
    const auto values = values_in_threads<std::size_t>(7, threads, [](std::size_t index) {
      usleep(static_cast<useconds_t>(5000 / (index + 1)));
      return index * index;
    });
    CHECK(values == std::vector<std::size_t>{0, 1, 4, 9, 16, 25, 36});
  }
  CHECK(values_in_threads<int>(0, 3, [](std::size_t) { return 1; }).empty());
}

TEST_CASE("all threads' work is done before what the first of them threw is thrown") {
  for (const int threads : {1, 4}) {
    std::atomic<int> done{0};
    try {
      for_each_in_threads(6, threads, [&](std::size_t index) {
        ++done;
        if (index % 2 == 1) {
          usleep(static_cast<useconds_t>(10000 / index));
          throw std::runtime_error("work " + std::to_string(index));
        }
      });
      FAIL("nothing thrown");
    } catch (const std::runtime_error& error) {
      CHECK(error.what() == std::string("work 1"));
    }
    CHECK(done == 6);
  }
}

TEST_CASE("work runs in several threads, but in one of a worker process") {
  // Each waits for the other: with one thread the first would wait for ever.
  std::atomic<int> here{0};
  for_each_in_threads(2, 2, [&](std::size_t) {
    ++here;
    while (here < 2) std::this_thread::yield();
  });
  CHECK(here == 2);
  std::string answer;
  const auto count_threads = [](std::size_t) {
    std::set<std::thread::id> used;
    for_each_in_threads(8, 8, [&](std::size_t) { used.insert(std::this_thread::get_id()); });
    return std::to_string(used.size());
  };
  for_each_in_children(1, 1, count_threads, [&](std::size_t, const ChildOutcome& child) { answer = child.answer; });
  CHECK(answer == "1");
}

// Work in child processes: order, deaths, large answers.
#include "sim/base/process_pool.hpp"

#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <vector>

#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

std::vector<ChildOutcome> outcomes(std::size_t count, int jobs, const std::function<std::string(std::size_t)>& work) {
  std::vector<ChildOutcome> taken;
  for_each_in_children(count, jobs, work, [&](std::size_t index, const ChildOutcome& outcome) {
    CHECK(index == taken.size());
    taken.push_back(outcome);
  });
  return taken;
}

}  // namespace

TEST_CASE("answers come in order of index, whatever ends first") {
  for (const int jobs : {1, 2, 7, 100}) {
    const auto all = outcomes(7, jobs, [](std::size_t index) {
      usleep(static_cast<useconds_t>(20000 / (index + 1)));
      return std::to_string(index * index);
    });
    REQUIRE(all.size() == 7);
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(all[i].answered);
      CHECK(all[i].answer == std::to_string(i * i));
    }
  }
  CHECK(outcomes(0, 2, [](std::size_t) { return std::string(); }).empty());
}

TEST_CASE("an answer may be longer than a pipe holds, or empty, or of any bytes") {
  const auto all = outcomes(
      3, 2, [](std::size_t index) { return index == 0 ? std::string(3 << 20, 'x') : std::string(index - 1, '\0'); });
  CHECK(all[0].answer == std::string(3 << 20, 'x'));
  CHECK((all[1].answered && all[1].answer.empty()));
  CHECK(all[2].answer == std::string(1, '\0'));
}

TEST_CASE("a death costs one answer") {
  const auto all = outcomes(4, 2, [](std::size_t index) -> std::string {
    if (index == 0) raise(SIGKILL);
    if (index == 1) throw std::runtime_error("no such thing");
    if (index == 2) _exit(5);
    return "alive";
  });
  CHECK_FALSE(all[0].answered);
  CHECK(all[0].death.find("signal 9") != std::string::npos);
  CHECK(all[1].death == "no such thing");
  CHECK(all[2].death.find("ended with status 5") != std::string::npos);
  CHECK(all[3].answer == "alive");
}

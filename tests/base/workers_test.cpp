// Worker processes of a sweep: answers, deaths, and what is left when the caller gives up.
#include "sim/base/workers.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <stdexcept>

#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

/// Tasks 0 … count−1; what came of each.
struct Outcome {
  std::map<Workers::Task, std::string> done, died;
};

Workers::Calls calls_of(Outcome& outcome, std::uint64_t count, std::function<std::string(Workers::Task)> work) {
  auto next = std::make_shared<Workers::Task>(0);
  Workers::Calls calls;
  calls.work = std::move(work);
  calls.next = [next, count]() { return *next < count ? std::optional<Workers::Task>((*next)++) : std::nullopt; };
  calls.done = [&](Workers::Task task, const std::string& answer) {
    CHECK(outcome.done.count(task) + outcome.died.count(task) == 0);
    outcome.done[task] = answer;
  };
  calls.died = [&](Workers::Task task, const std::string& why) {
    CHECK(outcome.done.count(task) + outcome.died.count(task) == 0);
    outcome.died[task] = why;
  };
  calls.pause = [] {};
  return calls;
}

bool has_children() {
  return waitpid(-1, nullptr, WNOHANG) >= 0;  // else ECHILD
}

}  // namespace

TEST_CASE("every task is answered once, by however many workers") {
  for (const int jobs : {1, 3, 9}) {
    Outcome outcome;
    Workers(jobs, calls_of(outcome, 40, [](Workers::Task task) { return std::string(task * 1000, 'x'); })).run();
    REQUIRE(outcome.done.size() == 40);
    CHECK(outcome.died.empty());
    for (const auto& [task, answer] : outcome.done) CHECK(answer.size() == task * 1000);
    CHECK_FALSE(has_children());
  }
}

TEST_CASE("a worker that dies costs the task that it was at, and no other") {
  Outcome outcome;
  const auto work = [](Workers::Task task) -> std::string {
    if (task == 3) raise(SIGKILL);
    if (task == 7) throw std::runtime_error("defect");
    if (task == 9) _exit(5);
    return std::to_string(task);
  };
  Workers(2, calls_of(outcome, 20, work)).run();
  CHECK(outcome.done.size() == 17);
  REQUIRE(outcome.died.size() == 3);
  CHECK(outcome.died[3].find("signal 9") != std::string::npos);
  CHECK(outcome.died[7].find("status 3") != std::string::npos);
  CHECK(outcome.died[9].find("status 5") != std::string::npos);
  CHECK_FALSE(has_children());
}

TEST_CASE("workers end with their owner, also when it gives up while they are at work") {
  Outcome outcome;
  Workers::Calls calls = calls_of(outcome, 20, [](Workers::Task task) {
    if (task > 0) sleep(30);
    return std::string("first");
  });
  calls.done = [](Workers::Task, const std::string&) { throw std::runtime_error("enough"); };
  const auto give_up = [&] { Workers(2, std::move(calls)).run(); };
  CHECK_THROWS_WITH(give_up(), "enough");
  CHECK_FALSE(has_children());
}

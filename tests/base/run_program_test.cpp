// Another program's output, errors and end.
#include "sim/base/run_program.hpp"

#include <sys/time.h>

#include <csignal>

#include "sim/base/error.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

TEST_CASE("a program's output, its errors and its exit status come back") {
  const ProgramOutcome outcome = run_program({"sh", "-c", "printf 'a b'; echo wrong >&2; cat; exit 3", "x"});
  CHECK(outcome.started);
  CHECK(outcome.status == 3);
  CHECK(outcome.out == "a b");  // nothing on its standard input
  CHECK(outcome.errors == "wrong\n");
}

TEST_CASE("much on both ways does not block") {
  const ProgramOutcome outcome =
      run_program({"sh", "-c", "head -c 300000 /dev/zero >&2; head -c 400000 /dev/zero; head -c 300000 /dev/zero >&2"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.size() == 400000);
  CHECK(outcome.errors.size() == 600000);
}

TEST_CASE("a signal that this program handles interrupts the waiting, not the answer") {
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) {};
  REQUIRE(sigaction(SIGALRM, &action, &before) == 0);
  const itimerval often{{0, 20'000}, {0, 20'000}}, never{};  // every 20 ms
  setitimer(ITIMER_REAL, &often, nullptr);
  const ProgramOutcome outcome = run_program({"sh", "-c", "sleep 0.3; echo late"});
  setitimer(ITIMER_REAL, &never, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "late\n");
}

TEST_CASE("a program that is not there, may not be run, or is ended by a signal") {
  CHECK_FALSE(run_program({"no-such-program-anywhere"}).started);
  CHECK_THROWS_AS(run_program({"/dev/null"}), InputError);
  CHECK(run_program({"sh", "-c", "kill -9 $$"}).status == 128 + 9);
}

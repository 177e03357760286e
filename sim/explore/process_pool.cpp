#include "sim/explore/process_pool.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <map>
#include <vector>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

using Clock = std::chrono::steady_clock;

struct Child {
  std::size_t index = 0;
  pid_t process = -1;
  int pipe = -1;
  Clock::time_point start;
  std::string text;
};

[[noreturn]] void refused(const char* what) { throw Defect(fmt::format("process pool: {}: {}", what, std::strerror(errno))); }

bool write_all(int pipe, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = write(pipe, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return true;
}

constexpr int threw = 70, threw_input_fault = 71;  ///< exit status of a child whose work threw; the pipe then holds what was thrown

[[noreturn]] void live(int pipe, std::size_t index, const std::function<std::string(std::size_t)>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // no orphans when the parent is killed
  try {
    _exit(write_all(pipe, work(index)) ? 0 : 1);
  } catch (const std::exception& error) {
    const auto fault = input_fault(error);
    write_all(pipe, fault ? *fault : error.what());
    if (fault) _exit(threw_input_fault);
  }
  _exit(threw);  // not exit: what the parent had registered or buffered is the parent's
}

Child start(std::size_t index, const std::function<std::string(std::size_t)>& work) {
  int ends[2];
  if (pipe(ends) != 0) refused("no pipe");
  std::fflush(nullptr);
  const pid_t process = fork();
  if (process < 0) {
    close(ends[0]);
    close(ends[1]);
    refused("no process");
  }
  if (process == 0) {
    close(ends[0]);
    live(ends[1], index, work);
  }
  close(ends[1]);
  return {index, process, ends[0], Clock::now(), {}};
}

/// False at the end of what the child has to say.
bool read_some(Child& child) {
  char bytes[65536];
  const ssize_t count = read(child.pipe, bytes, sizeof bytes);
  if (count > 0) child.text.append(bytes, static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

ChildOutcome finish(Child& child) {
  close(child.pipe);
  int status = 0;
  while (waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
  }
  ChildOutcome outcome;
  outcome.seconds = std::chrono::duration<double>(Clock::now() - child.start).count();
  outcome.answered = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (outcome.answered) {
    outcome.answer = std::move(child.text);
  } else if (WIFEXITED(status) && (WEXITSTATUS(status) == threw || WEXITSTATUS(status) == threw_input_fault)) {
    outcome.death = std::move(child.text);
    outcome.input_fault = WEXITSTATUS(status) == threw_input_fault;
  } else {
    outcome.death = WIFSIGNALED(status) ? fmt::format("killed by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))
                                        : fmt::format("ended with status {}", WEXITSTATUS(status));
  }
  return outcome;
}

/// Waits for any child to say something or to end; those that ended leave `running` for `ended`.
void serve(std::vector<Child>& running, std::map<std::size_t, ChildOutcome>& ended) {
  std::vector<pollfd> polled;
  for (const Child& child : running) polled.push_back({child.pipe, POLLIN, 0});
  if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) refused("poll");
  for (std::size_t c = running.size(); c-- > 0;) {
    if (polled[c].revents == 0 || read_some(running[c])) continue;
    ended[running[c].index] = finish(running[c]);
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(c));
  }
}

}  // namespace

void for_each_in_children(std::size_t count, int jobs, const std::function<std::string(std::size_t)>& work,
                          const std::function<void(std::size_t, const ChildOutcome&)>& take) {
  std::vector<Child> running;
  std::map<std::size_t, ChildOutcome> ended;  // waiting for those of smaller index
  std::size_t started = 0, taken = 0;
  const auto at_once = static_cast<std::size_t>(std::max(1, jobs));
  while (taken < count) {
    while (started < count && running.size() < at_once) running.push_back(start(started++, work));
    serve(running, ended);
    for (auto next = ended.find(taken); next != ended.end(); next = ended.find(taken)) {
      take(taken++, next->second);
      ended.erase(next);
    }
  }
}

}  // namespace rowflow

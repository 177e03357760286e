#include "sim/base/run_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "sim/base/error.hpp"
#include "sim/base/stopping.hpp"

namespace rowflow {

namespace {

[[noreturn]] void refuse(int error) { throw InputError("", std::string("no process: ") + std::strerror(error)); }

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) refuse(errno);
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_end(std::size_t end) {
    if (ends_[end] >= 0) close(ends_[end]);
    ends_[end] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// False at the end.
bool read_some(Pipe& pipe, std::string& text) {
  std::array<char, 65536> bytes{};
  const ssize_t count = read(pipe.reading(), bytes.data(), bytes.size());
  if (count < 0 && errno == EINTR) return true;
  if (count > 0) text.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

void read_both(Pipe& out, Pipe& errors, ProgramOutcome& outcome) {
  while (out.reading() >= 0 || errors.reading() >= 0) {
    std::array<pollfd, 2> waits{pollfd{out.reading(), POLLIN, 0}, pollfd{errors.reading(), POLLIN, 0}};
    if (poll(waits.data(), waits.size(), -1) < 0) {
      if (errno != EINTR) refuse(errno);
      continue;
    }
    if (waits[0].revents != 0 && !read_some(out, outcome.out)) out.close_end(0);
    if (waits[1].revents != 0 && !read_some(errors, outcome.errors)) errors.close_end(0);
  }
}

/// In the child; says through `failure` why it could not.
[[noreturn]] void become(const std::vector<char*>& arguments, pid_t parent, int out, int errors, int failure) {
  stop_plainly();
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // whoever waits for the answer is gone
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (getppid() == parent) {
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    execvp(arguments.front(), arguments.data());
  }
  const int error = errno;
  [[maybe_unused]] const ssize_t told = write(failure, &error, sizeof error);
  _exit(127);
}

/// errno of a program that could not be started; 0 when it was.
int failure_of(Pipe& failure) {
  int error = 0;
  failure.close_end(1);
  while (read(failure.reading(), &error, sizeof error) < 0 && errno == EINTR) {
  }
  return error;
}

}  // namespace

ProgramOutcome run_program(const std::vector<std::string>& words) {
  Pipe out, errors, failure;
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = getpid(), process = fork();
  if (process < 0) refuse(errno);
  if (process == 0) become(arguments, parent, out.writing(), errors.writing(), failure.writing());
  out.close_end(1);
  errors.close_end(1);
  ProgramOutcome outcome;
  const int error = failure_of(failure);
  outcome.started = error == 0;
  read_both(out, errors, outcome);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (error != 0 && error != ENOENT) throw InputError(words.front(), std::strerror(error));
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace rowflow

#include "sim/base/workers.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "sim/base/error.hpp"
#include "sim/base/stopping.hpp"
#include "sim/base/threads.hpp"

namespace rowflow {

namespace {

constexpr int longest_pause_ms = 50;

bool read_all(int file, void* data, std::size_t size) {
  auto* bytes = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = read(file, bytes, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(int file, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t put = send(file, bytes, size, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes += put;
    size -= static_cast<std::size_t>(put);
  }
  return true;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const std::string reason =
        std::string("the worker was killed by signal ") + std::to_string(signal) + " (" + strsignal(signal) + ")";
    return signal == SIGKILL ? reason + ", as the kernel does when memory runs out" : reason;
  }
  return "the worker ended with status " + std::to_string(WEXITSTATUS(status));
}

/// When memory runs out the kernel shall take a worker, not the process that keeps the results.
void offer_to_the_oom_killer() {
  const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  if (write(file, "500", 3) < 0) errno = 0;
  close(file);
}

}  // namespace

Workers::Workers(int jobs, Calls calls) : calls_(std::move(calls)), workers_(static_cast<std::size_t>(jobs)) {
  for (Worker& worker : workers_) start(worker);
}

Workers::~Workers() {
  for (Worker& worker : workers_) {
    if (worker.process < 0) continue;
    if (worker.tasks.empty())
      close(worker.channel);  // it ends by itself
    else
      kill(worker.process, SIGKILL);
  }
  for (const Worker& worker : workers_)
    if (worker.process >= 0) waitpid(worker.process, nullptr, 0);
}

void Workers::start(Worker& worker) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw InputError("", std::string("cannot start a worker: ") + std::strerror(errno));
  std::fflush(nullptr);  // else both processes would write what is buffered
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process < 0) {
    close(ends[0]);
    close(ends[1]);
    throw InputError("", std::string("cannot start a worker: ") + std::strerror(errno));
  }
  if (process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    stop_plainly();
    if (getppid() != parent) _exit(0);
    close(ends[0]);
    // A copy of a sibling's channel would keep that one waiting after this program has died.
    for (const Worker& sibling : workers_)
      if (sibling.process >= 0) close(sibling.channel);
    offer_to_the_oom_killer();
    serve(ends[1]);
  }
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  worker = Worker{process, ends[0], {}, {}, 1, std::chrono::steady_clock::now()};
}

void Workers::serve(int channel) const {
  use_one_thread();
  Task task = 0;
  while (read_all(channel, &task, sizeof task)) {
    std::string answer(sizeof(std::uint64_t), '\0');
    try {
      answer += calls_.work(task);
    } catch (...) {
      _exit(3);
    }
    const std::uint64_t size = answer.size() - sizeof size;
    std::memcpy(answer.data(), &size, sizeof size);
    if (!write_all(channel, answer.data(), answer.size())) break;
  }
  _exit(0);  // nothing of this process is to be tidied up: files and the database belong to the other
}

std::optional<Workers::Task> Workers::next_task() {
  if (!returned_.empty()) {
    const Task task = returned_.front();
    returned_.pop_front();
    return task;
  }
  if (exhausted_) return std::nullopt;
  const auto task = calls_.next();
  exhausted_ = !task;
  return task;
}

void Workers::hand_out(Worker& worker) {
  while (worker.tasks.size() < worker.ahead) {
    const auto task = next_task();
    if (!task) return;
    worker.tasks.push_back(*task);
    // A few bytes always fit; to a dead worker they are lost, and its end is noticed when reading.
    static_cast<void>(write_all(worker.channel, &*task, sizeof *task));
  }
}

/// False: the worker is gone.
bool Workers::read_some(Worker& worker) {
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = read(worker.channel, buffer, sizeof buffer);
    if (got > 0) {
      worker.received.append(buffer, static_cast<std::size_t>(got));
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }
}

/// Of short tasks a worker has some ahead, so that it need not wait for this process to be scheduled; of long ones it
/// has none, so that no other is idle at the end.
void Workers::note_pace(Worker& worker) {
  using std::chrono::milliseconds;
  const auto now = std::chrono::steady_clock::now();
  const auto took = now - worker.last_answer;
  worker.last_answer = now;
  worker.ahead = took < milliseconds(10) ? 4 : took < milliseconds(100) ? 2 : 1;
}

void Workers::take_answers(Worker& worker) {
  const bool alive = read_some(worker);
  std::size_t begin = 0;
  std::uint64_t size = 0;
  while (worker.received.size() - begin >= sizeof size) {
    std::memcpy(&size, worker.received.data() + begin, sizeof size);
    if (worker.received.size() - begin - sizeof size < size) break;
    const Task task = worker.tasks.front();
    worker.tasks.pop_front();
    deaths_without_work_ = 0;
    note_pace(worker);
    calls_.done(task, worker.received.substr(begin + sizeof size, size));
    begin += sizeof size + size;
  }
  worker.received.erase(0, begin);
  if (!alive) bury(worker);
}

void Workers::bury(Worker& worker) {
  int status = 0;
  waitpid(worker.process, &status, 0);
  close(worker.channel);
  worker.process = -1;
  std::deque<Task> tasks = std::move(worker.tasks);
  if (!tasks.empty()) {
    calls_.died(tasks.front(), how_it_ended(status));
    tasks.pop_front();
  } else if (++deaths_without_work_ > 100) {
    throw Defect("workers die without having been given any work: " + how_it_ended(status));
  }
  returned_.insert(returned_.end(), tasks.begin(), tasks.end());
  start(worker);
}

void Workers::run() {
  std::vector<pollfd> polled;
  for (;;) {
    bool busy = false;
    polled.clear();
    for (Worker& worker : workers_) {
      hand_out(worker);
      busy |= !worker.tasks.empty();
      polled.push_back({worker.channel, POLLIN, 0});
    }
    if (!busy) return;
    if (poll(polled.data(), polled.size(), 0) <= 0) {
      calls_.pause();
      poll(polled.data(), polled.size(), longest_pause_ms);
    }
    for (std::size_t w = 0; w < workers_.size(); ++w)
      if (polled[w].revents != 0) take_answers(workers_[w]);
  }
}

}  // namespace rowflow

#include "sim/base/stopping.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace rowflow {

namespace {

constexpr int stopping_signals[] = {SIGINT, SIGTERM, SIGHUP};

// What a signal's handler may look at: lock-free, never freed. Files are written one inside another at most.
std::array<std::atomic<const char*>, 8> files;
std::atomic<const char*> words = nullptr;

void say(const char* text) {
  if (write(STDERR_FILENO, text, std::strlen(text)) < 0) errno = 0;
}

/// Only functions that signal-safety(7) lists. The handler has given way to the usual action (SA_RESETHAND), which
/// takes place when it returns.
void stop(int signal) {
  for (const auto& file : files)
    if (const char* path = file.load()) unlink(path);
  if (const char* text = words.load()) say(text);
  raise(signal);
}

void set_action(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

void handle_stops() {
  for (const int signal : stopping_signals) {
    struct sigaction now {};
    sigaction(signal, nullptr, &now);
    if (now.sa_handler != SIG_IGN) set_action(signal, stop);
  }
}

void stop_plainly() {
  for (const int signal : stopping_signals) {
    struct sigaction now {};
    sigaction(signal, nullptr, &now);
    if (now.sa_handler == stop) set_action(signal, SIG_DFL);
  }
}

void say_when_stopped(const char* text) { words = text; }

RemovedWhenStopped::RemovedWhenStopped(std::string path) : path_(std::move(path)) {
  for (auto& file : files) {
    const char* none = nullptr;
    if (!file.compare_exchange_strong(none, path_.c_str())) continue;
    place_ = &file;
    return;
  }
}

RemovedWhenStopped::~RemovedWhenStopped() {
  if (place_ != nullptr) *place_ = nullptr;
}

}  // namespace rowflow

#include "sim/cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

/// Writes, flushes and closes; false when any of it failed (errno says why).
bool write_and_close(std::FILE* file, const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

void write_file(const std::string& path, const std::string& text) {
  const std::string temporary = fmt::format("{}.tmp-{}", path, getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  const bool done = file != nullptr && write_and_close(file, text) && std::rename(temporary.c_str(), path.c_str()) == 0;
  if (done) return;
  const int reason = errno;
  std::remove(temporary.c_str());
  throw InputError(path, fmt::format("cannot be written: {}", std::strerror(reason)));
}

}  // namespace

TextStyle text_style(const Request& request) {
  const char* refused = std::getenv("NO_COLOR");
  const bool wanted = refused == nullptr || *refused == '\0';
  return {wanted && request.out.empty() && isatty(STDOUT_FILENO) == 1};
}

void write_output(const Request& request, const std::string& text) {
  if (!request.out.empty()) return write_file(request.out, text);
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) throw InputError("standard output", fmt::format("cannot be written: {}", std::strerror(errno)));
}

void message(const std::string& text) { fmt::print(stderr, "rowflow: {}\n", text); }

}  // namespace rowflow

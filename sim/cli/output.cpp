#include "sim/cli/output.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/base/error.hpp"
#include "sim/base/visible_text.hpp"
#include "sim/base/whole_file.hpp"

namespace rowflow {

namespace {

/// The program's own colours are the only escape sequences that stay.
std::string shown(const std::string& text, bool coloured) {
  if (!coloured) return visible_text(text, Lines::keep);
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t length = 0, at = text.find("\033[", begin);
    for (; at != std::string::npos && length == 0; at = length > 0 ? at : text.find("\033[", at + 1))
      for (const char* own : {"\033[0m", "\033[1m", "\033[33m"})
        if (text.compare(at, std::strlen(own), own) == 0) length = std::strlen(own);
    at = std::min(at, text.size());
    out += visible_text(std::string_view(text).substr(begin, at - begin), Lines::keep) + text.substr(at, length);
    begin = at + length;
  }
  return out;
}

}  // namespace

TextStyle text_style(const Request& request) {
  const char* refused = std::getenv("NO_COLOR");
  const bool wanted = refused == nullptr || *refused == '\0';
  return {wanted && request.out.empty() && isatty(STDOUT_FILENO) == 1, request.verbose};
}

std::size_t output_width(const Request& request) {
  if (!request.out.empty()) return usual_width;
  const char* columns = std::getenv("COLUMNS");
  const int given = columns != nullptr ? std::atoi(columns) : 0;
  if (given > 0) return static_cast<std::size_t>(given);
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0) return window.ws_col;
  return usual_width;
}

std::unique_ptr<Reporter> reporter_of(const Request& request, const NextStep& next) {
  return reporter(request.format, {text_style(request), request.quiet, next});
}

void write_bytes(const Request& request, const std::string& bytes) {
  if (!request.out.empty()) return write_whole_file(request.out, bytes);
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
  if (!written || std::fflush(stdout) != 0)
    throw InputError("standard output", fmt::format("cannot be written: {}", std::strerror(errno)));
}

void write_json(const Request& request, const std::string& json) { write_bytes(request, visible_json(json)); }

void write_output(const Request& request, const std::string& document) {
  if (request.format == "json") return write_json(request, document);
  write_bytes(request, request.format == "text" ? shown(document, text_style(request).colour) : document);
}

void status_line(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void message(const std::string& text) { status_line("rowflow: " + visible_text(text, Lines::keep) + "\n"); }

}  // namespace rowflow

// The one way to write a file. Regular files are whole or not there: written under a temporary name beside the target,
// then renamed. What is no regular file (a device, a FIFO, /dev/stdout) is written straight.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>

namespace rowflow {

/// Text on its way into a file. After the first write that fails nothing more is written; write_whole_file reports it.
class FileOutput {
 public:
  void put(std::string_view text);
  template <class... Args>
  void print(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Args>(args)...);
    if (buffer_.size() >= full) flush();
  }

 private:
  friend class FileTarget;
  static constexpr std::size_t full = std::size_t{1} << 16;
  explicit FileOutput(int file) : file_(file) {}
  void flush();

  int file_;
  int error_ = 0;  // errno of the first write that failed
  std::string buffer_;
};

/// Writes the file at `path` through `write`. Symbolic links are followed; an existing file keeps its mode and, where
/// that is allowed, its owner. Throws InputError when it cannot be written: then an existing file is as it was, and
/// nothing is left behind.
void write_whole_file(const std::string& path, const std::function<void(FileOutput&)>& write);
void write_whole_file(const std::string& path, std::string_view text);

/// Whether two paths stand for one regular file, there or not yet: of two outputs the second would replace the first.
bool is_same_file(const std::string& a, const std::string& b);

}  // namespace rowflow

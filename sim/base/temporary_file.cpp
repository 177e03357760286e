#include "sim/base/temporary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "sim/base/hash.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t digits_of_name = 12;
constexpr int most_tries = 8;

/// Of all temporary files for one target.
std::string beginning(const fs::path& target) {
  return fmt::format(".rowflow-{}-", hash_text(target.filename().string()).substr(0, digits_of_name));
}

/// Whether the file that is open here is the one at the path still.
bool is_at(int file, const std::string& path) {
  struct stat open {
  }, there{};
  return fstat(file, &open) == 0 && stat(path.c_str(), &there) == 0 && open.st_ino == there.st_ino &&
         open.st_dev == there.st_dev;
}

void remove_leftover(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return;
  if (flock(file, LOCK_EX | LOCK_NB) == 0 && is_at(file, path)) unlink(path.c_str());
  close(file);
}

}  // namespace

std::string temporary_beside(const std::string& target) {
  static int count = 0;
  const std::string name = fmt::format("{}{}-{}.tmp", beginning(target), getpid(), count++);
  return (fs::path(target).parent_path() / name).string();
}

int create_temporary(const std::string& path) {
  for (int tries = 0; tries < most_tries; ++tries) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return file;
    // Before it was locked another process may have taken it for a leftover. Where files have no locks none is removed.
    if (flock(file, LOCK_EX) != 0 || is_at(file, path)) return file;
    close(file);
  }
  errno = EAGAIN;
  return -1;
}

void remove_leftovers(const std::string& target) {
  std::error_code error;
  const fs::path folder = fs::path(target).has_parent_path() ? fs::path(target).parent_path() : fs::path(".");
  const std::string begins = beginning(target);
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.compare(0, begins.size(), begins) == 0) remove_leftover(entry->path().string());
  }
}

}  // namespace rowflow

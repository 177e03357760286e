#include "sim/base/whole_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "sim/base/error.hpp"
#include "sim/base/stopping.hpp"
#include "sim/base/temporary_file.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;

constexpr int most_links = 40;  // as the kernel's own limit
constexpr mode_t permissions = 07777;

std::string reason_of(int error) { return std::generic_category().message(error); }
[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
  throw InputError(path, "cannot be written: " + reason);
}

/// The descriptor that /dev/stdout, /dev/fd/7 and the like stand for. To open them would start at the file's beginning
/// again.
std::optional<int> own_descriptor(const std::string& path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (path.compare(0, folder.size(), folder) != 0) continue;
    const std::string number = path.substr(folder.size());
    const bool digits =
        !number.empty() && number.size() <= 6 && number.find_first_not_of("0123456789") == std::string::npos;
    if (digits) return std::stoi(number);
  }
  return std::nullopt;
}

/// Where `path` leads: through symbolic links, to a descriptor of this process or to a path that is no link.
std::string followed(const std::string& path) {
  std::string target = path;
  std::error_code error;
  for (int links = 0; !own_descriptor(target); ++links) {
    const fs::path next = fs::read_symlink(target, error);
    if (error) return target;
    if (links == most_links) refuse(path, reason_of(ELOOP));
    target = next.is_absolute() ? next.string() : (fs::path(target).parent_path() / next).string();
  }
  return target;
}

}  // namespace

void FileOutput::put(std::string_view text) {
  buffer_.append(text);
  if (buffer_.size() >= full) flush();
}

void FileOutput::flush() {
  for (std::size_t done = 0; error_ == 0 && done < buffer_.size();) {
    const ssize_t written = ::write(file_, buffer_.data() + done, buffer_.size() - done);
    if (written > 0) done += static_cast<std::size_t>(written);
    if (written < 0 && errno != EINTR) error_ = errno;
    if (written == 0) error_ = EIO;
  }
  buffer_.clear();
}

/// An open target, or the temporary file that becomes it. Closed, and the temporary file removed, whatever happens.
class FileTarget {
 public:
  explicit FileTarget(const std::string& path) : path_(path), target_(followed(path)) {
    if (const auto descriptor = own_descriptor(target_)) {
      std::fflush(nullptr);
      file_ = dup(*descriptor);
    } else {
      open_target();
    }
    if (file_ < 0) refuse(path_, reason_of(errno));
  }
  ~FileTarget() {
    if (file_ >= 0) close(file_);
    if (!temporary_.empty()) std::remove(temporary_.c_str());
  }
  FileTarget(const FileTarget&) = delete;
  FileTarget& operator=(const FileTarget&) = delete;

  void write(const std::function<void(FileOutput&)>& put) {
    FileOutput out(file_);
    put(out);
    out.flush();
    const bool closed = close(std::exchange(file_, -1)) == 0;
    if (out.error_ == 0 && !closed) out.error_ = errno;
    if (out.error_ != 0) refuse(path_, reason_of(out.error_));
    if (temporary_.empty()) return;
    if (std::rename(temporary_.c_str(), target_.c_str()) != 0) refuse(path_, reason_of(errno));
    temporary_.clear();
  }

 private:
  void open_target() {
    struct stat there {};
    const bool exists = stat(target_.c_str(), &there) == 0;
    if (exists && S_ISDIR(there.st_mode)) refuse(path_, "it is a folder");
    if (exists && !S_ISREG(there.st_mode)) {
      file_ = open(target_.c_str(), O_WRONLY | O_CLOEXEC);
      return;
    }
    if (exists && access(target_.c_str(), W_OK) != 0) refuse(path_, reason_of(errno));
    remove_leftovers(target_);
    const std::string temporary = temporary_beside(target_);
    when_stopped_.emplace(temporary);  // before the file is there: a signal in between leaves none
    file_ = create_temporary(temporary);
    if (file_ >= 0) {
      temporary_ = temporary;
      if (exists && fchown(file_, there.st_uid, there.st_gid) != 0)
        errno = 0;  // another's file: it becomes the writer's
      if (exists) fchmod(file_, there.st_mode & permissions);
    } else if (exists && (errno == EACCES || errno == EPERM)) {  // a file of one's own in a folder of another's
      file_ = open(target_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    }
  }

  const std::string& path_;
  const std::string target_;
  std::string temporary_;  // empty: the target itself is open
  std::optional<RemovedWhenStopped> when_stopped_;
  int file_ = -1;
};

void write_whole_file(const std::string& path, const std::function<void(FileOutput&)>& write) {
  FileTarget(path).write(write);
}

void write_whole_file(const std::string& path, std::string_view text) {
  write_whole_file(path, [&](FileOutput& out) { out.put(text); });
}

bool is_same_file(const std::string& a, const std::string& b) {
  const std::string first = followed(a), second = followed(b);
  std::error_code error;
  for (const std::string& path : {first, second})
    if (own_descriptor(path) || (fs::exists(path, error) && !fs::is_regular_file(path, error))) return false;
  if (fs::equivalent(first, second, error)) return true;
  return fs::weakly_canonical(fs::absolute(first, error), error) ==
         fs::weakly_canonical(fs::absolute(second, error), error);
}

}  // namespace rowflow

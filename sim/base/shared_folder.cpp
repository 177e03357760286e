#include "sim/base/shared_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace rowflow {

namespace {

namespace fs = std::filesystem;

constexpr int levels = 3;  // the program's own folder, and two above it

std::optional<std::string> folder_at(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::nullopt;
  const fs::path real = fs::canonical(path, error);
  return error ? path.string() : real.string();
}

}  // namespace

std::optional<std::string> shared_folder(const std::string& name) {
  std::error_code error;
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (int level = 0; !error && level < levels; ++level, folder = folder.parent_path())
    if (auto found = folder_at(folder / "share" / "rowflow" / name)) return found;
  const char* set = std::getenv("XDG_DATA_DIRS");
  std::istringstream folders(set == nullptr || *set == '\0' ? "/usr/local/share:/usr/share" : set);
  for (std::string one; std::getline(folders, one, ':');) {
    if (!fs::path(one).is_absolute()) continue;
    if (auto found = folder_at(fs::path(one) / "rowflow" / name)) return found;
  }
  return std::nullopt;
}

}  // namespace rowflow

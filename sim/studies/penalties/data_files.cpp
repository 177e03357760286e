#include "sim/studies/penalties/data_files.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/hash.hpp"
#include "sim/config/parse.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;

bool holds_samples(const fs::path& path) {
  static const std::set<std::string> known{".jpg",  ".jpeg", ".png",  ".webp", ".tif",
                                           ".tiff", ".gif",  ".avif", ".npy",  ".npz"};
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return known.count(ending) > 0 && path.filename().string().front() != '.';
}

}  // namespace

std::vector<std::string> data_files(const std::string& path) {
  const std::string expected =
      "expected images (.jpg, .png, .webp, .tif, .gif, .avif) or arrays (.npy, .npz), or a folder of them";
  std::vector<std::string> files;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
      if (entry->is_regular_file() && holds_samples(entry->path())) files.push_back(entry->path().string());
    }
    if (error) throw InputError(path, error.message());
  } else if (!fs::exists(path, error)) {
    throw InputError(path, "no such file or folder, " + expected);
  } else if (holds_samples(path)) {
    files.push_back(path);
  }
  if (files.empty()) throw InputError(path, "found none, " + expected);
  std::sort(files.begin(), files.end());
  return files;
}

std::string hash_of(const std::string& path, const std::vector<std::string>& files) {
  std::string all;
  for (const std::string& file : files)
    all += fs::path(file).lexically_relative(path).generic_string() + "\n" + hash_text(read_text(file)) + "\n";
  return hash_text(all);
}

}  // namespace rowflow

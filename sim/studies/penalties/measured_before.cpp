#include "sim/studies/penalties/measured_before.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/whole_file.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;

constexpr const char* recipe_file = "recipe.json";
constexpr const char* parts_file = "parts.json";
constexpr const char* results_file = "measured.jsonl";

nlohmann::json parsed(const fs::path& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file, nullptr, false);
}

}  // namespace

SampleSums sums_from(const nlohmann::json& json) {
  SampleSums sums{json.at("count"), json.at("sum"), std::nullopt, {}};
  if (!json.at("squares").is_null()) sums.squares = json.at("squares").get<double>();
  if (json.contains("energies")) sums.energies = json.at("energies").get<std::vector<double>>();
  return sums;
}

MeasuredBefore::MeasuredBefore(std::string folder, const nlohmann::json& recipe) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw InputError(folder_, error.message());
  lock_ = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0 || flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const std::string reason = errno == EWOULDBLOCK ? "another rowflow measures in this folder" : std::strerror(errno);
    if (lock_ >= 0) close(lock_);
    throw InputError(folder_, reason);
  }
  if (parsed(fs::path(folder_) / recipe_file) == recipe)
    read();
  else
    start_anew(recipe);
  file_ = open((fs::path(folder_) / results_file).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file_ < 0) throw InputError(folder_, std::strerror(errno));
}

MeasuredBefore::~MeasuredBefore() {
  if (file_ >= 0) close(file_);
  close(lock_);
}

void MeasuredBefore::start_anew(const nlohmann::json& recipe) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder_, none)) fs::remove_all(entry.path(), none);
  write_whole_file((fs::path(folder_) / recipe_file).string(), json_text(recipe, 2));
}

/// A last line that was not written whole is no line.
void MeasuredBefore::read() {
  std::ifstream file(fs::path(folder_) / results_file);
  for (std::string line; std::getline(file, line);) {
    const auto row = nlohmann::json::parse(line, nullptr, false);
    if (!row.is_object() || !row.contains("count")) continue;
    known_[{row["of"], row["part"]}] = sums_from(row);
  }
}

int MeasuredBefore::parts(int wanted) {
  const std::string file = (fs::path(folder_) / parts_file).string();
  const auto before = parsed(file);
  if (before.is_number_integer()) return before;
  write_whole_file(file, std::to_string(wanted));
  return wanted;
}

const SampleSums* MeasuredBefore::find(const Part& part) const {
  const auto found = known_.find(part);
  return found == known_.end() ? nullptr : &found->second;
}

void MeasuredBefore::add(const Part& part, const SampleSums& sums) {
  known_[part] = sums;
  const nlohmann::json row{{"of", part.first},
                           {"part", part.second},
                           {"count", sums.count},
                           {"sum", sums.sum},
                           {"squares", sums.squares ? nlohmann::json(*sums.squares) : nlohmann::json()},
                           {"energies", sums.energies}};
  const std::string line = "\n" + json_text(row) + "\n";  // apart from a line that was cut off
  if (write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    throw InputError(folder_, std::string("cannot be written: ") + std::strerror(errno));
}

void MeasuredBefore::forget() {
  std::error_code none;
  fs::remove_all(folder_, none);
}

}  // namespace rowflow

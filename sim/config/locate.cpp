#include "sim/config/locate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/shared_folder.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> found_configs() {
  const char* set = std::getenv("ROWFLOW_CONFIGS");
  if (set == nullptr || *set == '\0') return shared_folder("configs");
  std::error_code none;
  if (!fs::is_directory(set, none)) throw InputError("ROWFLOW_CONFIGS", fmt::format("found no folder \"{}\"", set));
  return set;
}

std::vector<std::string> list(const std::string& kind) {
  std::vector<std::string> names;
  const auto folder = found_configs();
  if (!folder) return names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(fs::path(*folder) / kind, none)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string resolve(const std::string& name, const std::string& kind, const std::string& what) {
  const std::vector<std::string> names = list(kind);
  if (std::find(names.begin(), names.end(), name) != names.end())
    return (fs::path(configs_folder()) / kind / (name + ".json")).string();
  std::error_code none;
  if (fs::is_directory(name, none)) throw InputError(name, fmt::format("found a folder, expected a {}", what));
  if (fs::exists(name, none)) return name;
  const fs::path path(name);
  const bool has_ending = path.extension() == ".json" || path.extension() == ".onnx" || path.extension() == ".tflite";
  const bool is_path = has_ending || name.find('/') != std::string::npos;
  const std::string hint = nearest_hint(is_path ? path.stem().string() : name, names);
  if (is_path) throw InputError(name, "no such file" + hint);
  configs_folder();  // or says that names stand for nothing here
  throw InputError("", fmt::format("no {} \"{}\"{}", what, name,
                                   hint.empty() ? "; `rowflow list` names those that come with it" : hint));
}

}  // namespace

std::string configs_folder() {
  if (const auto folder = found_configs()) return *folder;
  throw InputError("",
                   "the configs that come with rowflow were not found: expected share/rowflow/configs beside the "
                   "program, or their folder in ROWFLOW_CONFIGS");
}

std::string starting_point(const std::string& kind) {
  return (fs::path(configs_folder()) / "new" / (kind + ".json")).string();
}

std::vector<std::string> list_networks() {
  configs_folder();
  return list("networks");
}

std::vector<std::string> list_devices() {
  configs_folder();
  return list("devices");
}

std::string resolve_network(const std::string& name_or_path) { return resolve(name_or_path, "networks", "network"); }
std::string resolve_device(const std::string& name_or_path) { return resolve(name_or_path, "devices", "device"); }
std::string resolve_mapping(const std::string& name_or_path) { return resolve(name_or_path, "mappings", "mapping"); }
std::string resolve_calibration(const std::string& name_or_path) {
  return resolve(name_or_path, "calibration", "calibration file");
}

std::string real_path(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

std::string located(const std::string& name, const std::string& file) {
  const fs::path path(name);
  const bool is_path = name.find('/') != std::string::npos || path.has_extension();
  if (file.empty() || !is_path || path.is_absolute()) return name;
  return (fs::path(file).parent_path() / path).lexically_normal().string();
}

}  // namespace rowflow

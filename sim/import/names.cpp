#include "sim/import/names.hpp"

#include <filesystem>

#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

std::string made_legal(const std::string& name) {
  std::string result;
  for (const char c : name) {
    const bool is_fine =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    if (is_fine || !result.empty()) result += is_fine ? c : '_';  // "/features/Conv" starts with its first word
  }
  if (!is_legal_name(result)) result.insert(result.begin(), '_');
  return is_reserved_name(result) ? result + "_" : result;
}

}  // namespace

std::string Names::legal(const std::string& name) {
  const std::string base = made_legal(name);
  std::string result = base;
  for (int& k = last_number_[base]; !taken_.insert(result).second;) result = base + "_" + std::to_string(++k + 1);
  return result;
}

std::string stem_name(const std::string& path) { return made_legal(std::filesystem::path(path).stem().string()); }

}  // namespace rowflow

// SystemC object names from names of the plan: made legal and unique once, because the kernel only warns and renames.
#pragma once

#include <cctype>
#include <set>
#include <string>

namespace rowflow {

/// The names of one module's children.
class ModuleNames {
 public:
  /// `wanted` with every character but letters, digits and '_' replaced, and a number appended if it is taken.
  std::string make(const std::string& wanted) {
    std::string name;
    for (const char c : wanted) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) name.insert(0, "_");
    std::string unique = name;
    for (int i = 2; !taken_.insert(unique).second; ++i) unique = name + "_" + std::to_string(i);
    return unique;
  }

 private:
  std::set<std::string> taken_;
};

}  // namespace rowflow

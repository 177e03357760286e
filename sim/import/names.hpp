// Names of a model made legal for a network config, once.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace rowflow {

class Names {
 public:
  /// The name with illegal characters as "_", and "_2", "_3" … behind it when it is taken.
  std::string legal(const std::string& name);

 private:
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, int> last_number_;  ///< behind a base; 100,000 equal names must not take forever
};

/// The file's name without folder and ending, made legal.
std::string stem_name(const std::string& path);

}  // namespace rowflow

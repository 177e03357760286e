#include "sim/config/contexts_file.hpp"

#include <nlohmann/json.hpp>

#include "sim/config/reader.hpp"

namespace rowflow {

std::vector<std::string> contexts_from(const nlohmann::json& document, const std::string& file) {
  const Reader root(file, document);
  root.expect_keys({"$schema", "begin"});
  if (root.has("$schema")) root.at("$schema").text();
  std::vector<std::string> names;
  for (const Reader& item : root.at("begin").items()) names.push_back(item.name());
  if (names.empty()) root.at("begin").fail("found no layer, expected those that contexts begin with");
  return names;
}

}  // namespace rowflow

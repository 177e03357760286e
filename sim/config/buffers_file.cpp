#include "sim/config/buffers_file.hpp"

#include <nlohmann/json.hpp>

#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

std::map<std::string, std::int64_t> read_buffers_file(const std::string& path) {
  const nlohmann::json document = parse_json_file(path);
  const Reader root(path, document);
  root.expect_keys({"$schema", "network", "device", "buffers"});
  for (const char* text : {"$schema", "network", "device"})
    if (root.has(text)) root.at(text).text();
  std::map<std::string, std::int64_t> rows;
  for (const auto& [name, member] : root.at("buffers").members()) rows[name] = member.integer(1, 1'000'000'000);
  return rows;
}

}  // namespace rowflow

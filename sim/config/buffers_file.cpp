#include "sim/config/buffers_file.hpp"

#include <nlohmann/json.hpp>

#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

BuffersFile read_buffers_file(const std::string& path) {
  const nlohmann::json document = parse_json_file(path);
  const Reader root(path, document);
  root.expect_keys({"$schema", "network", "device", "buffers", "levels"});
  for (const char* text : {"$schema", "network", "device"})
    if (root.has(text)) root.at(text).text();
  BuffersFile file;
  for (const auto& [name, member] : root.at("buffers").members()) file.rows[name] = member.integer(1, 1'000'000'000);
  if (!root.has("levels")) return file;
  for (const auto& [name, member] : root.at("levels").members())
    file.levels[name] = *enum_of<MemoryLevel>(member.one_of({"L4", "host"}));
  return file;
}

}  // namespace rowflow

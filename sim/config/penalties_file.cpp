#include "sim/config/penalties_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

Penalties read_penalties_file(const std::string& path) {
  const nlohmann::json document = parse_json_file(path);
  const Reader root(path, document);
  root.expect_keys({"$schema", "description", "penalties"});
  for (const char* key : {"$schema", "description"}) {
    if (root.has(key)) root.at(key).text();
  }
  Penalties penalties;
  for (const auto& [layer, heights] : root.at("penalties").members()) {
    for (const auto& [rows, penalty] : heights.members()) {
      const bool number = !rows.empty() && rows.size() <= 9 && rows[0] != '0' &&
                          rows.find_first_not_of("0123456789") == std::string::npos;
      if (!number)
        penalty.fail(fmt::format("found the tile height \"{}\", expected a number of rows of at least 1", rows));
      penalties[layer][std::stoll(rows)] = penalty.number(0, 1e12);
    }
  }
  return penalties;
}

}  // namespace rowflow

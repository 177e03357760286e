#include "sim/config/device_document.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/config/device.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::json;

bool is_group(const Json& value) { return value.is_object() && !value.contains("value"); }

void lay_over(Json& under, const Json& over) {
  for (const auto& [key, value] : over.items()) {
    const auto there = under.find(key);
    if (there != under.end() && is_group(*there) && is_group(value))
      lay_over(*there, value);
    else
      under[key] = value;
  }
}

std::string base_file(const Reader& base, const std::string& file) {
  try {
    return resolve_device(located(base.name(), file));
  } catch (const InputError& error) {
    throw InputError(base.where(), error.what());
  }
}

/// `above`: the files that build on this one.
Json with_bases(const std::string& file, std::vector<std::string> above) {
  Json document = parse_json_file(file);
  const Reader root(file, document);
  if (!root.has("base")) return document;
  root.at("name").title();  // of its own: two devices of one name could not be told apart
  const Reader reader = root.at("base");
  const std::string base = base_file(reader, file);
  above.push_back(real_path(file));
  if (std::find(above.begin(), above.end(), real_path(base)) != above.end())
    reader.fail("found a device that builds on this one, expected another");
  Json whole = with_bases(base, std::move(above));
  device_from(whole, base);  // what is wrong with it is not this file's fault
  whole.erase("description");
  whole.erase("$schema");
  document.erase("base");
  lay_over(whole, document);
  return whole;
}

}  // namespace

Json read_device_document(const std::string& path) { return with_bases(path, {}); }

}  // namespace rowflow

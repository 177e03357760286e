// rowflow new KIND: a config that validates, to be changed.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;

/// Puts `after` in the place of the first `before`.
void replace(std::string& text, const std::string& before, const std::string& after) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) throw Defect("a starting point without " + before);
  text.replace(at, before.size(), after);
}

std::string quoted(const std::string& text) { return json_text(nlohmann::json(text)); }

}  // namespace

int new_command(const Request& request) {
  std::error_code none;
  if (!request.out.empty() && fs::is_regular_file(request.out, none))
    throw InputError(request.out, "is there already, expected a new file");
  std::string text = read_text(starting_point(request.kind));
  const std::string schema = request.kind + ".schema.json";
  replace(text, quoted("../schemas/" + schema), quoted((fs::path(configs_folder()) / "schemas" / schema).string()));
  const std::string name = fs::path(request.out).stem().string();
  const std::string usual = quoted("my_" + request.kind);
  if (!name.empty() && text.find(usual) != std::string::npos) replace(text, usual, quoted(name));
  write_bytes(request, text);
  return 0;
}

}  // namespace rowflow

// rowflow regress --init NETWORK … -o CASE.json: a case that expects what comes out now.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/config/expectation.hpp"
#include "sim/config/locate.hpp"
#include "sim/point/bind.hpp"
#include "sim/report/run_json.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// What a case that is not made by hand looks at: verdicts, throughput, latency, memory, and what limits.
const std::vector<const char*> wanted{"/status",
                                      "/fit/fits",
                                      "/fit/contexts",
                                      "/throughput/interval_cycles",
                                      "/latency/isolated_cycles",
                                      "/latency/paced_cycles",
                                      "/buffering/capacity_bytes",
                                      "/buffering/cuts",
                                      "/pipeline_buffering/elements",
                                      "/bottleneck/stages"};

/// A file as the case names it: typed paths are relative to the working folder, a case's to itself.
std::string named(const std::string& name, const std::string& out) {
  std::error_code none;
  const bool is_file =
      (name.find('/') != std::string::npos || fs::path(name).has_extension()) && fs::exists(name, none);
  if (!is_file || out.empty() || fs::path(name).is_absolute()) return name;
  const fs::path folder = fs::absolute(out).parent_path();
  const std::string relative = fs::absolute(name).lexically_normal().lexically_relative(folder.lexically_normal());
  return relative.find('/') == std::string::npos ? "./" + relative : relative;  // with a slash it is a path
}

DesignPoint renamed(DesignPoint point, const std::string& out) {
  for (const KnobRow& row : knobs())
    if (row.content != ContentKind::none && point.given(row.knob))
      point.set(row.knob, named(point.value(row.knob), out));
  return point;
}

std::string expectations(const Json& result, double tolerance_percent) {
  std::string text;
  for (const char* pointer : wanted) {
    const Json::json_pointer place(pointer);
    if (!result.contains(place) || result.at(place).is_null()) continue;
    const Json& value = result.at(place);
    const bool cycles = tolerance_percent > 0 && std::string(pointer).find("cycles") != std::string::npos;
    const Json expected = cycles ? Json{{"value", value}, {"tolerance_percent", tolerance_percent}} : value;
    text += fmt::format("{}    \"{}\": {}", text.empty() ? "" : ",\n", pointer, inline_json(expected));
  }
  return text;
}

}  // namespace

int regress_init(const Request& request) {
  std::error_code none;
  if (!request.out.empty() && fs::is_regular_file(request.out, none))
    throw InputError(request.out, "is there already, expected a new file; --update brings a case up to date");
  DesignPoint point = request.point;
  point.set(Knob::network, request.files.front());
  const BoundPoint bound = read_and_bind(point);
  const Json result = result_json(evaluate(bound.network, bound.device, bound.options));
  nlohmann::json options;
  write_knobs(renamed(point, request.out), KnobPart::all, options);
  const auto taken = [&](const char* key) {
    const nlohmann::json value = options.value(key, nlohmann::json());
    options.erase(key);
    return Json(value);
  };
  const fs::path schema = fs::path(configs_folder()) / "schemas" / "regression.schema.json";
  std::string text =
      fmt::format("{{\n  \"$schema\": {},\n  \"description\": {},\n  \"network\": {},\n",
                  json_text(Json(schema.string())), json_text(Json(request.command_line)), json_text(taken("network")));
  const Json device = taken("device");
  if (!device.is_null()) text += fmt::format("  \"device\": {},\n", json_text(device));
  if (!options.empty()) text += fmt::format("  \"options\": {},\n", inline_json(Json(options)));
  text += fmt::format("  \"expect\": {{\n{}\n  }}\n}}\n", expectations(result, request.tolerance_percent));
  write_bytes(request, text);
  return 0;
}

}  // namespace rowflow

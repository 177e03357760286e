#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/config/buffers_file.hpp"
#include "sim/config/calibration_file.hpp"
#include "sim/config/device.hpp"
#include "sim/config/heights_file.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/penalties_file.hpp"
#include "sim/config/preprocess_file.hpp"
#include "sim/network/network.hpp"
#include "sim/point/regression_config.hpp"
#include "sim/studies/sweep/sweep_contents.hpp"

namespace rowflow {

namespace {

/// With everything it names.
std::string validated_sweep(const std::string& path) {
  Sweep sweep = read_sweep(path);
  read_contents(sweep);
  return fmt::format("sweep of {} points", point_count(sweep));
}

/// Reads the file as what its "$schema" says it is; a line that says what it holds.
std::string validated(const std::string& path) {
  const nlohmann::json json = parse_json_file(path);
  if (!json.is_object() || !json.contains("$schema") || !json["$schema"].is_string()) {
    throw InputError(path + ": /$schema",
                     "found none, expected the schema's file name: network, device, buffers, regression, suite, "
                     "penalties, heights, preprocess, mapping, calibration or sweep.schema.json");
  }
  const std::string& schema = json["$schema"].get_ref<const std::string&>();
  const std::string file = schema.substr(schema.rfind('/') + 1);
  if (file.rfind("network", 0) == 0) {
    const Network network = build_network(read_network_config(path));
    return fmt::format("network {}, {} layers, {} MACs, {} parameters", network.name, network.layers.size(),
                       network.macs, network.parameters);
  }
  if (file.rfind("device", 0) == 0) return "device " + read_device(path).name;
  if (file.rfind("buffers", 0) == 0)
    return fmt::format("capacities of {} buffers", read_buffers_file(path).rows.size());
  if (file.rfind("regression", 0) == 0) {
    const Regression regression = read_regression(path);
    resolve_network(regression.point.value(Knob::network));
    resolve_device(regression.point.value(Knob::device));
    return fmt::format("regression of {} with {} expectations", regression.point.value(Knob::network),
                       regression.expectations.size());
  }
  if (file.rfind("suite", 0) == 0) {
    resolve_device(read_suite(path).point.value(Knob::device));
    return "what the cases of a folder share";
  }
  if (file.rfind("penalties", 0) == 0)
    return fmt::format("penalties of {} blocks", read_penalties_file(path).penalties.size());
  if (file.rfind("heights", 0) == 0) return fmt::format("tile heights of {} blocks", heights_from(json, path).size());
  if (file.rfind("preprocess", 0) == 0)
    return fmt::format("preprocessing of images, fit {}", read_preprocess_file(path).fit);
  if (file.rfind("mapping", 0) == 0) return fmt::format("mapping of {} layers", read_mapping_file(path).layers.size());
  if (file.rfind("calibration", 0) == 0) {
    const CalibrationFile calibration = read_calibration_file(path);
    if (!calibration.lists.empty()) return fmt::format("{} lists of measurements", calibration.lists.size());
    return fmt::format("{} measured networks, {} readings of power", calibration.networks.size(),
                       calibration.power.size());
  }
  if (file.rfind("sweep", 0) == 0) return validated_sweep(path);
  throw InputError(path + ": /$schema",
                   fmt::format("found \"{}\", expected the schema of a network, device, buffers, "
                               "regression, suite, penalties, heights, preprocess, mapping, calibration or sweep file",
                               schema));
}

}  // namespace

int validate_command(const Request& request) {
  std::size_t wrong = 0;
  std::string text;
  for (const std::string& path : request.files) {
    try {
      text += fmt::format("{}: ok: {}\n", path, validated(path));
    } catch (const std::exception& error) {
      const auto fault = input_fault(error);
      if (!fault) throw;
      message("error: " + *fault);
      ++wrong;
    }
  }
  if (!request.quiet) write_output(request, text);
  return wrong == 0 ? 0 : 2;
}

}  // namespace rowflow

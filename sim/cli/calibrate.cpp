// rowflow calibrate [FILE]: predicted against measured throughput.
#include "sim/studies/calibrate/calibrate.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"

namespace rowflow {

int calibrate_command(const Request& request) {
  CalibrationFile file =
      read_calibration_file(resolve_calibration(request.files.empty() ? "hailo8" : request.files.front()));
  const std::filesystem::path folder = std::filesystem::path(file.file).parent_path();
  // Paths are relative to the file; names are looked up.
  const auto beside = [&folder](const std::string& name) {
    return name.find_first_of("./") != std::string::npos ? (folder / name).string() : name;
  };
  file.device =
      resolve_device(request.point.given(Knob::device) ? request.point.value(Knob::device) : beside(file.device));
  std::vector<Network> networks;
  for (const MeasuredNetwork& measured : file.networks)
    networks.push_back(build_network(named_network_config(beside(measured.network))));
  const Calibration calibration = calibrate(file, parse_json_file(file.device), networks);
  write_output(request, reporter_of(request)->calibration(calibration));
  return 0;
}

}  // namespace rowflow

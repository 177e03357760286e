// rowflow calibrate [FILE]: predicted against measured throughput.
#include "sim/studies/calibrate/calibrate.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/config/device_document.hpp"
#include "sim/config/device_figures.hpp"
#include "sim/config/locate.hpp"

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
  nlohmann::json device = read_device_document(file.device);
  for (const auto& [pointer, value] : request.point.values(Knob::device_set)) {
    check_figure(device, pointer, row_of(Knob::device_set).flag);
    set_figure(device, pointer, value);
  }
  const Calibration calibration = calibrate(file, device, networks);
  write_output(request, reporter_of(request)->calibration(calibration));
  return 0;
}

}  // namespace rowflow

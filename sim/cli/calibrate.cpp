// rowflow calibrate [FILE]: predicted against measured throughput and power.
#include "sim/studies/calibrate/calibrate.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/config/device_document.hpp"
#include "sim/config/device_figures.hpp"
#include "sim/config/locate.hpp"

namespace rowflow {

namespace {

/// Paths are relative to the file; names are looked up.
std::string beside(const CalibrationFile& file, const std::string& name) {
  const bool path = name.find_first_of("./") != std::string::npos;
  return path ? (std::filesystem::path(file.file).parent_path() / name).string() : name;
}

Network network_of(const CalibrationFile& file, const std::string& name) {
  return build_network(named_network_config(beside(file, name)));
}

CalibrationList list_of(const Request& request, CalibrationFile file) {
  CalibrationList list;
  file.device =
      resolve_device(request.point.given(Knob::device) ? request.point.value(Knob::device) : beside(file, file.device));
  list.device = read_device_document(file.device);
  for (const auto& [pointer, value] : request.point.values(Knob::device_set)) {
    check_figure(list.device, pointer, row_of(Knob::device_set).flag);
    set_figure(list.device, pointer, value);
  }
  for (const MeasuredNetwork& measured : file.networks) list.networks.push_back(network_of(file, measured.network));
  for (const MeasuredPower& measured : file.power)
    list.gmacs.push_back(measured.gmacs ? *measured.gmacs
                                        : static_cast<double>(network_of(file, measured.network).macs) / 1e9);
  list.file = std::move(file);
  return list;
}

}  // namespace

int calibrate_command(const Request& request) {
  const CalibrationFile file =
      read_calibration_file(resolve_calibration(request.files.empty() ? "hailo8" : request.files.front()));
  if (!file.lists.empty() && request.point.given(Knob::device))
    throw InputError("--device", "found a file of several lists, expected one that names a device itself");
  std::vector<CalibrationList> lists;
  if (file.lists.empty()) lists.push_back(list_of(request, file));
  for (const std::string& name : file.lists) {
    const CalibrationFile listed = read_calibration_file(resolve_calibration(beside(file, name)));
    if (!listed.lists.empty())
      throw InputError(file.file, "/lists: found \"" + name + "\", a list of lists, expected measurements");
    lists.push_back(list_of(request, listed));
  }
  write_output(request, reporter_of(request)->calibration(calibrate(file.fit, file.file, lists)));
  return 0;
}

}  // namespace rowflow

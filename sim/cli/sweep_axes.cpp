#include "sim/cli/sweep_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/parse.hpp"

namespace rowflow {

namespace {

Sweep from_options(const Request& request) {
  Sweep sweep;
  sweep.networks = request.files;
  sweep.base = request.point;
  sweep.grid = request.axes;
  check_sweep(sweep);
  return sweep;
}

/// What is typed wins over what the file says; an axis that is typed takes the place of the file's.
void lay_over(const Request& request, Sweep& sweep) {
  sweep.base.lay_over(request.point);
  if (request.point.given(Knob::device)) {
    const auto of_devices = [](const Axis& axis) { return axis.knob == Knob::device; };
    sweep.grid.erase(std::remove_if(sweep.grid.begin(), sweep.grid.end(), of_devices), sweep.grid.end());
  }
  if (request.axes.empty()) return;
  if (!sweep.points.empty() || !sweep.has_grid)
    throw InputError(sweep.file,
                     fmt::format("lists its points: expected no {} beside it", row_of(request.axes.front().knob).flag));
  for (const Axis& axis : request.axes) {
    const auto same = [&](const Axis& other) { return other.knob == axis.knob && other.key == axis.key; };
    sweep.grid.erase(std::remove_if(sweep.grid.begin(), sweep.grid.end(), same), sweep.grid.end());
    sweep.grid.push_back(axis);
  }
  sort_grid(sweep.grid);
  check_sweep(sweep);
}

}  // namespace

Sweep requested_sweep(const Request& request) {
  std::error_code none;
  const std::string& first = request.files.front();
  const bool may_be_sweep =
      std::filesystem::path(first).extension() == ".json" && std::filesystem::is_regular_file(first, none);
  if (!may_be_sweep || !is_sweep(parse_json_file(first))) return from_options(request);
  if (request.files.size() > 1) throw InputError(request.files[1], "found after a sweep file, expected nothing more");
  Sweep sweep = read_sweep(first);
  lay_over(request, sweep);
  return sweep;
}

}  // namespace rowflow

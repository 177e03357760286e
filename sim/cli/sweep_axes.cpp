#include "sim/cli/sweep_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sim/base/error.hpp"
#include "sim/config/parse.hpp"

namespace rowflow {

namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> values;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    values.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return values;
}

void add_axis(Sweep& sweep, AxisKind kind, const std::string& key, const std::string& list, const std::string& option) {
  Axis axis{kind, key, split(list)};
  for (const std::string& value : axis.values) check_axis_value(kind, value, option);
  for (const Axis& other : sweep.grid)
    if (other.kind == kind && other.key == key) throw InputError(option, "stands twice for the same thing, expected one list");
  sweep.grid.push_back(std::move(axis));
}

/// "KEY=V,…".
std::pair<std::string, std::string> keyed(const std::string& argument, const std::string& option, const char* expected) {
  const std::size_t equals = argument.rfind('=');
  if (equals == std::string::npos || equals == 0) throw InputError(option, fmt::format("found \"{}\", expected {}", argument, expected));
  return {argument.substr(0, equals), argument.substr(equals + 1)};
}

bool has_axes(const SweepRequest& r) {
  return !(r.tile_heights.empty() && r.tile_first.empty() && r.buffers.empty() && r.buffer_kib.empty() && r.fps.empty() &&
           r.device_set.empty());
}

Sweep from_options(const Request& request) {
  const SweepRequest& r = request.sweep;
  Sweep sweep;
  sweep.networks = request.files;
  sweep.device = request.device;
  check_frames(r.frames, "--frames");
  sweep.frames = r.frames;
  sweep.fit = request.fit;
  sweep.costs = request.costs;
  sweep.mapping = request.mapping;
  for (const std::string& argument : r.tile_heights) {
    const bool one_block = argument.find('=') != std::string::npos;
    const auto [layer, list] = one_block ? keyed(argument, "--tile-height", "LAYER=T,…") : std::pair{std::string(), argument};
    add_axis(sweep, one_block ? AxisKind::block : AxisKind::tile_height, layer, list, "--tile-height");
  }
  const std::vector<std::tuple<const char*, AxisKind, const std::string*>> lists{{"--tile-first", AxisKind::tile_first, &r.tile_first},
                                                                                 {"--buffers", AxisKind::buffers, &r.buffers},
                                                                                 {"--buffer-kib", AxisKind::buffer_kib, &r.buffer_kib},
                                                                                 {"--fps", AxisKind::fps, &r.fps}};
  for (const auto& [option, kind, list] : lists)
    if (!list->empty()) add_axis(sweep, kind, "", *list, option);
  for (const std::string& argument : r.device_set) {
    const auto [pointer, list] = keyed(argument, "--device-set", "/POINTER=VALUE,…");
    add_axis(sweep, AxisKind::figure, pointer, list, "--device-set");
  }
  // As a file has them, so that the same sweep has the same points in the same order either way.
  std::sort(sweep.grid.begin(), sweep.grid.end(),
            [](const Axis& a, const Axis& b) { return std::tie(a.kind, a.key) < std::tie(b.kind, b.key); });
  check_sweep(sweep);
  return sweep;
}

}  // namespace

Sweep requested_sweep(const Request& request) {
  std::error_code none;
  const std::string& first = request.files.front();
  const bool may_be_sweep = std::filesystem::path(first).extension() == ".json" && std::filesystem::is_regular_file(first, none);
  if (!may_be_sweep || !is_sweep(parse_json_file(first))) return from_options(request);
  if (request.files.size() > 1) throw InputError(request.files[1], "found after a sweep file, expected nothing more");
  const bool options = has_axes(request.sweep) || request.device != "hailo8" || request.sweep.frames != "steady" ||
                       !request.costs.empty() || !request.mapping.empty() || request.fit != "assume";
  if (options)
    throw InputError(first,
                     "a sweep file says itself what varies: expected none of --tile-height … --device-set, --device, --frames, --fit, "
                     "--costs or --mapping beside it");
  return read_sweep(first);
}

}  // namespace rowflow

#include "sim/explore/sweep.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

constexpr std::uint64_t most_points = 1'000'000'000'000;

bool is_integer(const std::string& text, bool sign = false) {
  const std::string digits = sign && !text.empty() && text.front() == '-' ? text.substr(1) : text;
  return !digits.empty() && digits.size() <= 15 && digits.find_first_not_of("0123456789") == std::string::npos;
}

bool is_positive(const std::string& text) { return is_integer(text) && std::stoll(text) > 0; }

bool is_pace(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && std::isfinite(value) && value > 0;
}

/// What is expected of a value, or nullptr when it is fine.
const char* complaint(AxisKind kind, const std::string& value) {
  switch (kind) {
    case AxisKind::tile_height:
    case AxisKind::block:
      return value == "full" || (is_positive(value) && value.size() <= 9) ? nullptr : "a number of rows of at least 1, or \"full\"";
    case AxisKind::tile_first:
      return is_integer(value) && value.size() <= 9 ? nullptr : "a number of blocks";
    case AxisKind::buffer_kib:
      return value == "none" || is_positive(value) ? nullptr : "KiB of at least 1, or \"none\"";
    case AxisKind::fps:
      return value == "steady" || is_pace(value) ? nullptr : "frames per second, or \"steady\"";
    case AxisKind::figure:
      return value == "true" || value == "false" || is_integer(value, true) ? nullptr : "an integer, true or false";
    case AxisKind::network:
    case AxisKind::buffers:
      return value.empty() ? "a name" : nullptr;
  }
  return nullptr;
}

void apply(const Axis& axis, const std::string& value, PointSettings& point) {
  switch (axis.kind) {
    case AxisKind::network:
      point.network = value;
      break;
    case AxisKind::tile_height:
      point.tile_height = value;
      break;
    case AxisKind::tile_first:
      point.tile_first = value;
      break;
    case AxisKind::block:
      point.blocks[axis.key] = value;
      break;
    case AxisKind::buffers:
      point.buffers = value;
      break;
    case AxisKind::buffer_kib:
      point.buffer_kib = value;
      break;
    case AxisKind::fps:
      point.fps = value;
      break;
    case AxisKind::figure:
      point.figures[axis.key] = value;
      break;
  }
}

std::uint64_t grid_points_of_a_network(const Sweep& sweep) {
  std::uint64_t count = sweep.has_grid ? 1 : 0;
  for (const Axis& axis : sweep.grid) {
    count *= axis.values.size();
    if (count > most_points) throw InputError(sweep.file, fmt::format("the grid has more than {} points", most_points));
  }
  return count;
}

std::uint64_t networks_of(const Sweep& sweep, const PointSettings& point) { return point.network.empty() ? sweep.networks.size() : 1; }

}  // namespace

void check_axis_value(AxisKind kind, const std::string& value, const std::string& where) {
  if (const char* expected = complaint(kind, value)) throw InputError(where, fmt::format("found \"{}\", expected {}", value, expected));
}

void check_sweep(const Sweep& sweep) {
  std::set<std::pair<AxisKind, std::string>> axes;
  bool heights = false, first = false;
  for (const Axis& axis : sweep.grid) {
    heights |= axis.kind == AxisKind::tile_height;
    first |= axis.kind == AxisKind::tile_first;
    if (!axes.insert({axis.kind, axis.key}).second)
      throw InputError(sweep.file, fmt::format("found two axes of {}, expected one", axis.key));
    std::set<std::string> values;
    for (const std::string& value : axis.values)
      if (!values.insert(value).second) throw InputError(sweep.file, fmt::format("found \"{}\" twice on one axis of the grid", value));
  }
  bool wrong = first && !heights;
  for (const PointSettings& point : sweep.points) wrong |= !point.tile_first.empty() && point.tile_height.empty();
  if (wrong) throw InputError(sweep.file, "found a tile_first, expected a tile_height beside it: the height of the first blocks");
  if (!sweep.has_grid && sweep.points.empty()) throw InputError(sweep.file, "found neither grid nor points, expected one of them");
  point_count(sweep);
}

std::uint64_t point_count(const Sweep& sweep) {
  std::uint64_t count = grid_points_of_a_network(sweep) * sweep.networks.size();
  for (const PointSettings& point : sweep.points) count += networks_of(sweep, point);
  if (count > most_points) throw InputError(sweep.file, fmt::format("the sweep has more than {} points", most_points));
  return count;
}

PointSettings point_at(const Sweep& sweep, std::uint64_t index) {
  const std::uint64_t each = grid_points_of_a_network(sweep);
  if (index < each * sweep.networks.size()) {
    PointSettings point;
    point.network = sweep.networks[index / each];
    std::uint64_t rest = index % each;
    for (auto axis = sweep.grid.rbegin(); axis != sweep.grid.rend(); ++axis) {
      apply(*axis, axis->values[rest % axis->values.size()], point);
      rest /= axis->values.size();
    }
    return point;
  }
  index -= each * sweep.networks.size();
  for (const PointSettings& listed : sweep.points) {
    const std::uint64_t count = networks_of(sweep, listed);
    if (index < count) {
      PointSettings point = listed;
      if (point.network.empty()) point.network = sweep.networks[index];
      return point;
    }
    index -= count;
  }
  throw Defect("sweep: no point of that index");
}

}  // namespace rowflow

#include "sim/studies/sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"
#include "sim/point/value_list.hpp"

namespace rowflow {

namespace {

constexpr std::uint64_t most_points = 1'000'000'000'000;

std::uint64_t grid_points_of_a_network(const Sweep& sweep) {
  std::uint64_t count = sweep.has_grid ? 1 : 0;
  for (const Axis& axis : sweep.grid) {
    count *= axis.values.size();
    if (count > most_points) throw InputError(sweep.file, fmt::format("the grid has more than {} points", most_points));
  }
  return count;
}

std::uint64_t networks_of(const Sweep& sweep, const DesignPoint& point) {
  return point.given(Knob::network) ? 1 : sweep.networks.size();
}

}  // namespace

void check_sweep(const Sweep& sweep) {
  std::set<std::pair<Knob, std::string>> axes;
  DesignPoint any = sweep.base;  // of the grid
  for (const Axis& axis : sweep.grid) {
    any.set(axis.knob, axis.key, axis.values.front());
    if (!axes.insert({axis.knob, axis.key}).second)
      throw InputError(sweep.file, fmt::format("found two axes of {}, expected one",
                                               axis.key.empty() ? row_of(axis.knob).name : axis.key));
    std::set<std::string> values;
    for (const std::string& value : axis.values)
      if (!values.insert(value).second)
        throw InputError(sweep.file, fmt::format("found \"{}\" twice on one axis of the grid", value));
  }
  if (sweep.has_grid) check_together(any, sweep.file);
  for (const DesignPoint& point : sweep.points) {
    DesignPoint whole = sweep.base;
    whole.lay_over(point);
    check_together(whole, sweep.file);
  }
  if (!sweep.has_grid && sweep.points.empty())
    throw InputError(sweep.file, "found neither grid nor points, expected one of them");
  point_count(sweep);
}

void sort_grid(std::vector<Axis>& grid) {
  std::sort(grid.begin(), grid.end(),
            [](const Axis& a, const Axis& b) { return std::tie(a.knob, a.key) < std::tie(b.knob, b.key); });
}

std::uint64_t point_count(const Sweep& sweep) {
  std::uint64_t count = grid_points_of_a_network(sweep) * sweep.networks.size();
  for (const DesignPoint& point : sweep.points) count += networks_of(sweep, point);
  if (count > most_points) throw InputError(sweep.file, fmt::format("the sweep has more than {} points", most_points));
  return count;
}

DesignPoint point_at(const Sweep& sweep, std::uint64_t index) {
  const std::uint64_t each = grid_points_of_a_network(sweep);
  DesignPoint point = sweep.base;
  if (index < each * sweep.networks.size()) {
    point.set(Knob::network, sweep.networks[index / each]);
    std::uint64_t rest = index % each;
    for (auto axis = sweep.grid.rbegin(); axis != sweep.grid.rend(); ++axis) {
      point.set(axis->knob, axis->key, axis->values[rest % axis->values.size()]);
      rest /= axis->values.size();
    }
    return point;
  }
  index -= each * sweep.networks.size();
  for (const DesignPoint& listed : sweep.points) {
    const std::uint64_t count = networks_of(sweep, listed);
    if (index < count) {
      if (!listed.given(Knob::network)) point.set(Knob::network, sweep.networks[index]);
      point.lay_over(listed);
      return point;
    }
    index -= count;
  }
  throw Defect("sweep: no point of that index");
}

namespace {

std::vector<std::string> with(std::vector<std::string> keys, const std::vector<std::string>& more) {
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

/// "7..28:7"; a file's name may have the dots too.
bool is_range(const nlohmann::json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find("..") != std::string::npos;
}

class SweepReader {
 public:
  SweepReader(const nlohmann::json& document, const std::string& file) : file_(file), root_(file, document) {
    sweep_.file = file;
  }

  Sweep read() {
    root_.expect_keys(with({"$schema", "description", "network", "device", "grid", "points"},
                           knob_keys(Command::sweep, KnobPart::fixed)));
    for (const char* text : {"$schema", "description"})
      if (root_.has(text)) root_.at(text).text();
    const Reader network = root_.at("network");
    if (network.is_array())
      for (const Reader& item : network.items(1)) sweep_.networks.push_back(located(item.name(), file_));
    else
      sweep_.networks.push_back(located(network.name(), file_));
    if (root_.has("device")) sweep_.base.set(Knob::device, knob_value(row_of(Knob::device), root_.at("device"), file_));
    read_knobs(root_, file_, Command::sweep, KnobPart::fixed, sweep_.base);
    sweep_.has_grid = root_.has("grid");
    if (sweep_.has_grid) read_grid(root_.at("grid"));
    if (root_.has("points"))
      for (const Reader& point : root_.at("points").items(1)) sweep_.points.push_back(read_point(point));
    check_sweep(sweep_);
    return std::move(sweep_);
  }

 private:
  void add_axis(const KnobRow& row, const std::string& key, const Reader& values) {
    Axis axis{row.knob, key, {}};
    for (const Reader& item : values.items(1)) {
      const auto more = is_range(item.json()) && row.form != KnobForm::name
                            ? item_values(row, item.text(), item.where())
                            : std::vector<std::string>{knob_value(row, item, file_)};
      axis.values.insert(axis.values.end(), more.begin(), more.end());
    }
    sweep_.grid.push_back(std::move(axis));
  }

  void read_grid(const Reader& grid) {
    std::vector<std::string> keys = knob_keys(Command::sweep, KnobPart::varying);
    keys.erase(keys.begin());  // the networks stand outside
    grid.expect_keys(keys);
    for (const std::string& key : keys) {
      if (!grid.has(key)) continue;
      const Reader values = grid.at(key);
      const KnobRow& row = *row_of_key(key, values.is_object(), Command::sweep, KnobPart::varying);
      if (row.shape != KnobShape::by_name) {
        add_axis(row, "", values);
        continue;
      }
      for (const auto& [name, list] : values.members()) add_axis(row, name, list);
    }
    sort_grid(sweep_.grid);
  }

  DesignPoint read_point(const Reader& reader) const {
    reader.expect_keys(knob_keys(Command::sweep, KnobPart::varying));
    DesignPoint point;
    read_knobs(reader, file_, Command::sweep, KnobPart::varying, point);
    return point;
  }

  const std::string& file_;
  const Reader root_;
  Sweep sweep_;
};

}  // namespace

Sweep sweep_from(const nlohmann::json& document, const std::string& file) { return SweepReader(document, file).read(); }

Sweep read_sweep(const std::string& path) { return sweep_from(parse_json_file(path), path); }

bool is_sweep(const nlohmann::json& document) {
  if (!document.is_object()) return false;
  const auto schema = document.find("$schema");
  if (schema != document.end() && schema->is_string()) {
    const std::string text = schema->get<std::string>();
    return text.substr(text.rfind('/') + 1).rfind("sweep", 0) == 0;
  }
  return document.contains("grid") || document.contains("points");
}

nlohmann::json sweep_json(const Sweep& sweep) {
  nlohmann::json json = {{"network", sweep.networks}};
  write_knobs(sweep.base, KnobPart::fixed, json);
  if (sweep.base.given(Knob::device)) json["device"] = sweep.base.value(Knob::device);
  if (sweep.has_grid) json["grid"] = nlohmann::json::object();
  for (const Axis& axis : sweep.grid) {
    const KnobRow& row = row_of(axis.knob);
    nlohmann::json& member = json["grid"][row.keys.front()];
    nlohmann::json& values = row.shape == KnobShape::by_name ? member[axis.key] : member;
    for (const std::string& value : axis.values) values.push_back(value_json(row, value));
  }
  for (const DesignPoint& point : sweep.points) {
    json["points"].push_back(nlohmann::json::object());
    write_knobs(point, KnobPart::varying, json["points"].back());
  }
  return json;
}

}  // namespace rowflow

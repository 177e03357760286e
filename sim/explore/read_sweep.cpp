// configs/sweeps/*.json ↔ Sweep.
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"
#include "sim/explore/sweep.hpp"

namespace rowflow {

namespace {

std::vector<std::string> with(std::vector<std::string> keys, const std::vector<std::string>& more) {
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

class SweepReader {
 public:
  SweepReader(const nlohmann::json& document, const std::string& file) : file_(file), root_(file, document) { sweep_.file = file; }

  Sweep read() {
    root_.expect_keys(with({"$schema", "description", "network", "grid", "points"}, knob_keys(Command::sweep, KnobPart::fixed)));
    for (const char* text : {"$schema", "description"})
      if (root_.has(text)) root_.at(text).text();
    const Reader network = root_.at("network");
    if (network.is_array())
      for (const Reader& item : network.items(1)) sweep_.networks.push_back(located(item.name(), file_));
    else
      sweep_.networks.push_back(located(network.name(), file_));
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
    for (const Reader& item : values.items(1)) axis.values.push_back(knob_value(row, item, file_));
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

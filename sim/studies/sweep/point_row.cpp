#include "sim/studies/sweep/point_row.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/hash.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_devices = 256;  // the device is what varies fastest: a few come again and again

bool same_network(const DesignPoint& a, const DesignPoint& b) {
  const auto same = [&](Knob knob) { return a.values(knob) == b.values(knob); };
  return same(Knob::network) && same(Knob::tile_height) && same(Knob::tile_first) && same(Knob::block_heights) &&
         same(Knob::se_mode);
}

PointRow failed(const char* status, const std::string& reason) { return {"", status, reason, {}, {}, ""}; }

Json value_json(const Cell& value) {
  return std::visit(
      [](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return Json();
        else
          return Json(v);
      },
      value);
}

Cell value_from(const Json& json) {
  if (json.is_null()) return {};
  if (json.is_number_float()) return json.get<double>();
  if (json.is_number()) return json.get<std::int64_t>();
  return json.get<std::string>();
}

Json values_json(const std::vector<Cell>& values) {
  Json json = Json::array();
  for (const Cell& value : values) json.push_back(value_json(value));
  return json;
}

std::vector<Cell> values_from(const Json& json) {
  std::vector<Cell> values;
  for (const Json& value : json) values.push_back(value_from(value));
  return values;
}

}  // namespace

PointEvaluator::PointEvaluator(const Contents& contents, Keep keep, std::function<std::string(const RunResult&)> whole,
                               std::function<bool(const DesignPoint&)> checked)
    : contents_(contents), keep_(keep), whole_(std::move(whole)), checked_(std::move(checked)) {}

RunResult PointEvaluator::evaluated(const DesignPoint& point) {
  if (!network_ || !same_network(point, previous_)) {
    network_.reset();  // should the next line throw
    network_ = bind_network(point, contents_);
  }
  previous_ = point;
  DesignPoint::Values figures = point.values(Knob::device_set);
  figures[""] = point.value(Knob::device);
  auto device = devices_.find(figures);
  if (device == devices_.end()) {
    if (devices_.size() >= most_devices) devices_.clear();
    device = devices_.emplace(figures, bind_device(point, contents_)).first;
  }
  EvaluateOptions options = bind_options(point, contents_);
  options.engine = checked_ && checked_(point) ? Engine::systemc : Engine::events;
  options.accounts = keep_ == Keep::full || point.value(Knob::frames) != "proven";
  return evaluate(*network_, device->second, options);
}

PointRow PointEvaluator::operator()(const DesignPoint& point) {
  try {
    const RunResult result = evaluated(point);
    PointRow row;
    row.status = status_name(result.status);
    if (result.status == RunStatus::deadlock) row.reason = result.deadlock->text;
    if (result.status == RunStatus::does_not_fit) row.reason = shortage(result.plan);
    const bool steady = point.value(Knob::frames) != "proven";
    for (const PointColumn& column : point_columns())
      row.figures.push_back(steady || column.window == Window::none ? column.figure(result) : Cell());
    for (std::size_t b = 0; keep_ != Keep::scalars && b < result.plan.se_blocks.size(); ++b) {
      row.blocks.emplace_back();
      for (const BlockColumn& column : block_columns())
        row.blocks.back().push_back(steady || column.window == Window::none ? column.figure(result, b) : Cell());
    }
    if (keep_ == Keep::full) row.whole = whole_(result);
    return row;
  } catch (const std::exception& error) {
    const auto fault = input_fault(error);
    return failed(fault ? "input_error" : "defect", fault ? *fault : error.what());
  }
}

Json stored_settings(const DesignPoint& point, const Contents& contents) {
  Json settings = settings_json(point);
  for (const KnobRow& row : knobs()) {
    if (row.content == ContentKind::none) continue;
    const std::string value = point.value(row.knob), identity = contents.identity(row, value);
    if (identity != value) settings[std::string(row.name) + "_hash"] = identity;
  }
  return settings;
}

std::string point_id(const DesignPoint& point, const Contents& contents, const std::string& version) {
  std::string text = fmt::format("rowflow.sweep/2\n{}\n", version);
  for (const KnobRow& row : knobs()) {
    if (!has_knob(Command::sweep, row)) continue;
    text += row.name;
    if (row.shape == KnobShape::one)
      text += " " + contents.identity(row, point.value(row.knob));
    else
      for (const auto& [name, value] : point.values(row.knob)) text += fmt::format(" {}={}", name, value);
    text += "\n";
  }
  return hash_text(text);
}

std::string pack(const PointRow& row) {
  Json blocks = Json::array();
  for (const auto& block : row.blocks) blocks.push_back(values_json(block));
  std::string bytes;
  Json::to_cbor(Json::array({row.status, row.reason, values_json(row.figures), std::move(blocks), row.whole}),
                nlohmann::detail::output_adapter<char>(bytes));
  return bytes;
}

PointRow unpack(const std::string& bytes) {
  const Json json = Json::from_cbor(bytes);
  PointRow row;
  row.status = json.at(0).get<std::string>();
  row.reason = json.at(1).get<std::string>();
  row.figures = values_from(json.at(2));
  for (const Json& block : json.at(3)) row.blocks.push_back(values_from(block));
  row.whole = json.at(4).get<std::string>();
  return row;
}

}  // namespace rowflow

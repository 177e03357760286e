#include "sim/explore/point_row.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/explore/hash.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_devices = 256;  // the device is what varies fastest: a few come again and again

bool same_network(const PointSettings& a, const PointSettings& b) {
  return a.network == b.network && a.tile_height == b.tile_height && a.tile_first == b.tile_first && a.blocks == b.blocks;
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

PointEvaluator::PointEvaluator(const Sweep& sweep, const SweepInputs& inputs, Keep keep, std::function<std::string(const RunResult&)> whole)
    : sweep_(sweep), inputs_(inputs), keep_(keep), whole_(std::move(whole)) {}

RunResult PointEvaluator::evaluated(const PointSettings& point) {
  if (!network_ || !same_network(point, previous_)) {
    network_.reset();  // should the next line throw
    network_ = point_network(inputs_, point);
  }
  previous_ = point;
  auto device = devices_.find(point.figures);
  if (device == devices_.end()) {
    if (devices_.size() >= most_devices) devices_.clear();
    device = devices_.emplace(point.figures, point_device(inputs_, point)).first;
  }
  return evaluate(*network_, device->second, point_options(sweep_, inputs_, point));
}

PointRow PointEvaluator::operator()(const PointSettings& point) {
  try {
    const RunResult result = evaluated(point);
    PointRow row;
    row.status = status_name(result.status);
    if (result.status == RunStatus::deadlock) row.reason = result.deadlock->text;
    if (result.status == RunStatus::does_not_fit) row.reason = shortage(result.plan);
    const bool steady = sweep_.frames != "proven";
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

Json settings_json(const Sweep& sweep, const SweepInputs& inputs, const PointSettings& point) {
  Json json = {{"network", point.network}, {"network_hash", hash_of(inputs, "network", point.network)},
               {"device", sweep.device},   {"device_hash", hash_of(inputs, "device", sweep.device)},
               {"buffers", point.buffers}, {"fit", sweep.fit}};
  if (inputs.buffers.count(point.buffers) > 0) json["buffers_hash"] = hash_of(inputs, "buffers", point.buffers);
  if (!sweep.costs.empty()) json["costs_hash"] = hash_of(inputs, "costs", sweep.costs);
  if (!sweep.mapping.empty()) json["mapping_hash"] = hash_of(inputs, "mapping", sweep.mapping);
  if (!point.tile_height.empty()) json["tile_height"] = point.tile_height;
  if (!point.tile_first.empty()) json["tile_first"] = point.tile_first;
  if (!point.blocks.empty()) json["block_heights"] = point.blocks;
  if (point.buffer_kib != "none") json["buffer_kib"] = point.buffer_kib;
  if (point.fps != "steady") json["fps"] = point.fps;
  if (!point.figures.empty()) json["figures"] = point.figures;
  if (sweep.frames != "steady") json["frames"] = sweep.frames;
  return json;
}

PointSettings settings_from(const Json& json) {
  PointSettings point;
  point.network = json.at("network").get<std::string>();
  point.buffers = json.at("buffers").get<std::string>();
  point.tile_height = json.value("tile_height", "");
  point.tile_first = json.value("tile_first", "");
  point.buffer_kib = json.value("buffer_kib", point.buffer_kib);
  point.fps = json.value("fps", point.fps);
  if (json.contains("block_heights")) point.blocks = json.at("block_heights").get<decltype(point.blocks)>();
  if (json.contains("figures")) point.figures = json.at("figures").get<decltype(point.figures)>();
  return point;
}

std::string point_id(const Sweep& sweep, const SweepInputs& inputs, const PointSettings& point) {
  std::string text = fmt::format("rowflow.sweep/1\n{}\nnetwork {}\ndevice {}\n", inputs.version, hash_of(inputs, "network", point.network),
                                 hash_of(inputs, "device", sweep.device));
  text += fmt::format("heights {} {}", point.tile_height, point.tile_first);
  for (const auto& [layer, height] : point.blocks) text += fmt::format(" {}={}", layer, height);
  for (const auto& [pointer, value] : point.figures) text += fmt::format("\n{}={}", pointer, value);
  const std::string file = inputs.buffers.count(point.buffers) > 0 ? hash_of(inputs, "buffers", point.buffers) : point.buffers;
  text += fmt::format("\nbuffers {} {}\nfps {}\nframes {}\nfit {}\ncosts {}", file, point.buffer_kib, point.fps, sweep.frames, sweep.fit,
                      sweep.costs.empty() ? "" : hash_of(inputs, "costs", sweep.costs));
  if (!sweep.mapping.empty()) text += "\nmapping " + hash_of(inputs, "mapping", sweep.mapping);
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

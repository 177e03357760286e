#include "sim/point/bind.hpp"

#include <algorithm>

#include "sim/config/device_figures.hpp"
#include "sim/network/squeeze_excite.hpp"

namespace rowflow {

Rows tile_rows(const std::string& tile_height) { return tile_height == "full" ? 0 : std::stoll(tile_height); }

SqueezeMode squeeze_mode(const std::string& se_mode) {
  return enum_of<SqueezeMode>(se_mode).value_or(SqueezeMode::tiled);
}

Network bind_network(const DesignPoint& point, const Contents& contents) {
  Network network = contents.network(point.value(Knob::network)).network;
  if (point.given(Knob::tile_height)) {
    const Rows rows = tile_rows(point.value(Knob::tile_height));
    if (point.given(Knob::tile_first))
      set_tile_height_of_first(network, std::stoi(point.value(Knob::tile_first)), rows);
    else
      set_tile_height(network, rows);
  }
  for (const auto& [layer, height] : point.values(Knob::block_heights))
    set_tile_height(network, layer, tile_rows(height));
  if (point.given(Knob::se_mode)) set_se_mode(network, squeeze_mode(point.value(Knob::se_mode)));
  return network;
}

namespace {

/// Bytes a second, each way, that PCIe links of this kind of chip are seen to carry: 17.3 MB a frame take ResNet-50 on
/// a Hailo-8L 7.25 ms over Gen3 ×4 and 21.1 ms over Gen3 ×1 (Hailo Model Zoo 2.18 and public Raspberry Pi 5 logs); Gen2
/// has half the rate of Gen3.
constexpr std::int64_t gen3x4 = 3'200'000'000, gen3x1 = 900'000'000, gen2x1 = 450'000'000;

void set_link(nlohmann::json& document, const std::string& link) {
  const std::int64_t bytes = link == "gen3x4"   ? gen3x4
                             : link == "gen3x1" ? gen3x1
                             : link == "gen2x1" ? gen2x1
                                                : std::stoll(link);
  const Device device = device_from(document, document.value("name", "device"));
  const std::int64_t per_kilocycle = std::max<std::int64_t>(1, bytes * 1000 / device.clock_hz.value);
  for (const char* figure : {"/input_link_bytes_per_kilocycle", "/output_link_bytes_per_kilocycle"})
    set_figure(document, figure, std::to_string(per_kilocycle));
}

}  // namespace

nlohmann::json bind_device_document(const DesignPoint& point, const Contents& contents) {
  nlohmann::json document = contents.device(point.value(Knob::device));
  if (point.given(Knob::link)) set_link(document, point.value(Knob::link));
  for (const auto& [pointer, value] : point.values(Knob::device_set)) {
    check_figure(document, pointer, row_of(Knob::device_set).flag);
    set_figure(document, pointer, value);
  }
  return document;
}

Device bind_device(const DesignPoint& point, const Contents& contents) {
  const nlohmann::json document = bind_device_document(point, contents);
  return device_from(document, document.value("name", "device"));
}

ImportOptions bind_import(const DesignPoint& point) {
  ImportOptions options;
  const std::string size = point.value(Knob::input_size);
  if (!size.empty()) {
    const std::size_t cross = size.find('x');
    options.input_size = Size2{std::stoll(size.substr(0, cross)), std::stoll(size.substr(cross + 1))};
  }
  for (const auto& [name, nothing] : point.values(Knob::assume_free)) options.assume_free.push_back(name);
  for (const auto& [names, nothing] : point.values(Knob::outputs)) {
    for (std::size_t begin = 0; begin <= names.size();) {
      const std::size_t end = std::min(names.find(',', begin), names.size());
      if (end > begin) options.outputs.push_back(names.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return options;
}

EvaluateOptions bind_options(const DesignPoint& point, const Contents& contents) {
  EvaluateOptions options;
  for (const KnobRow& row : knobs())
    if (row.bind != nullptr) row.bind(point, contents, options);
  return options;
}

BoundPoint bind(const DesignPoint& point, const Contents& contents) {
  return {bind_network(point, contents), bind_device(point, contents), bind_options(point, contents)};
}

BoundPoint read_and_bind(const DesignPoint& point) {
  Contents contents;
  contents.add(point);
  return bind(point, contents);
}

}  // namespace rowflow

#include "sim/cli/warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/cli/output.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/import/near_blocks.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t least_clock = 1'000'000, most_clock = 10'000'000'000;

/// What a file says that it was made for, against what it is used for.
void warn_of_origin(const Request& request, const std::string& path, const char* flag,
                    const RequestedPoints& requested) {
  const nlohmann::json document = parse_json_file(path);
  const std::pair<const char*, const std::string*> used[] = {{"network", &requested.points.front().network.name},
                                                             {"device", &requested.device.name}};
  for (const auto& [key, name] : used) {
    const auto made_for = document.find(key);
    if (made_for == document.end() || !made_for->is_string() || *made_for == *name) continue;
    warn(request,
         fmt::format("{} {}: made for the {} {}, used for {}", flag, path, key, made_for->get<std::string>(), *name));
  }
}

Rows highest_map(const Network& network) {
  Rows most = 0;
  for (const Layer& layer : network.layers)
    if (layer.config.type == LayerType::squeeze_excite)
      most = std::max(most, layer.inputs.empty() ? 0 : layer.input_shapes.front().height);
  return most;
}

bool has_only_static_gates(const Network& network) {
  bool any = false;
  for (const Layer& layer : network.layers) {
    if (layer.config.type != LayerType::squeeze_excite) continue;
    if (!is_static_gate(layer)) return false;
    any = true;
  }
  return any;
}

/// A tile height that reaches no block is no comparison: without a word it would look like one.
void warn_of_idle_heights(const Request& request, const Network& network) {
  if (request.point.given(Knob::se_mode) && highest_map(network) == 0)
    warn(request, "--se-mode: " + network.name + " has no squeeze-and-excite block, so it changes nothing");
  if (request.point.given(Knob::penalties) && highest_map(network) == 0)
    warn(request, "--penalties: " + network.name + " has no squeeze-and-excite block, so it changes nothing");
  if (request.tile_heights.empty()) return;
  if (has_only_static_gates(network))
    return warn(request, "--tile-height: all gates are static and have no tiles, so it changes nothing");
  const Rows most = highest_map(network);
  if (most == 0) {
    warn(request, "--tile-height: " + network.name + " has no squeeze-and-excite block, so it changes nothing");
    for (const std::string& note : find_near_blocks(network)) warn(request, note);
    return;
  }
  for (const std::string& height : request.tile_heights)
    if (height != "full" && std::stoll(height) >= most)
      warn(request, fmt::format("--tile-height {}: no block's map is higher than {} rows, so it is the same as full",
                                height, most));
}

/// All buffers without a limit, where one context has them.
bool within(const RunResult& result, Bytes budget) {
  return !result.several && result.status == RunStatus::ok && result.plan.buffer_policy != BufferPolicy::budget &&
         on_chip_buffer_bytes(result.plan) <= budget;
}

}  // namespace

void warn(const Request& request, const std::string& what) {
  if (!request.quiet) message("warning: " + what);
}

std::vector<std::string> implausible_figures(const Device& device) {
  std::vector<std::string> found;
  const std::int64_t clock = device.clock_hz.value;
  if (clock < least_clock || clock > most_clock)
    found.push_back(fmt::format("/clock_hz: a clock of {} Hz", thousands(clock)));
  const std::int64_t peak = 1000 * device.macs_per_subcluster.value;
  for (const auto& [kind, rate] : device.rates) {
    if (kind == "pool" || kind == "squeeze" || rate.value <= peak) continue;  // those read taps
    found.push_back(fmt::format("/rates/{}: {:.1f} MACs a subcluster and cycle, above the peak of {}", kind,
                                static_cast<double>(rate.value) / 1000, device.macs_per_subcluster.value));
  }
  return found;
}

void warn_of_input(const Request& request, const RequestedPoints& requested) {
  for (const std::string& figure : implausible_figures(requested.device))
    warn(request, fmt::format("{}: {}", requested.device.file, figure));
  const std::string mapping = request.point.value(Knob::mapping), buffers = request.point.value(Knob::buffers);
  if (!mapping.empty()) warn_of_origin(request, resolve_mapping(mapping), "--mapping", requested);
  if (!is_policy(buffers)) warn_of_origin(request, buffers, "--buffers", requested);
  warn_of_idle_heights(request, requested.points.front().network);
}

void warn_of_idle_options(const Request& request, const std::vector<RunResult>& results) {
  const auto all = [&](const auto& holds) { return std::all_of(results.begin(), results.end(), holds); };
  const bool one = all([](const RunResult& r) { return !r.several; });
  for (const Knob knob : {Knob::batch, Knob::max_contexts})
    if (request.point.given(knob) && one)
      warn(request, fmt::format("{}: nothing is in several contexts, so it changes nothing", row_of(knob).flag));
  const std::string kib = request.point.value(Knob::buffer_kib);
  if (kib != "none" && all([&](const RunResult& r) { return within(r, std::stoll(kib) * 1024); }))
    warn(request, fmt::format("--buffer-kib {}: the buffers take less, so it changes nothing", kib));
  if (request.max_penalty && (results.size() < 2 || (request.format != "text" && request.report.empty())))
    warn(request, "--max-penalty: of several tile heights as text one is recommended within it, so it changes nothing");
  if (request.point.value(Knob::frames) == "1")
    warn(request, "--frames 1: throughput is the pace of several frames, so there is none");
}

}  // namespace rowflow

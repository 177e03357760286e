#include "sim/cli/points.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/cli/output.hpp"
#include "sim/compile/compile.hpp"
#include "sim/config/buffers_file.hpp"
#include "sim/config/locate.hpp"
#include "sim/explore/run_sweep.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

Network tiled(Network network, const Request& request, const std::string& tile_height) {
  if (!tile_height.empty() && request.tile_first) {
    set_tile_height_of_first(network, *request.tile_first, tile_rows(tile_height));
  } else if (!tile_height.empty()) {
    set_tile_height(network, tile_rows(tile_height));
  }
  for (const auto& [layer, height] : request.block_heights) set_tile_height(network, layer, tile_rows(height));
  return network;
}

/// A tile height that reaches no block is no comparison: without a word it would look like one.
void tell_idle_heights(const Network& network, const Request& request) {
  const bool has_blocks = std::any_of(network.layers.begin(), network.layers.end(),
                                      [](const Layer& layer) { return layer.config.type == LayerType::squeeze_excite; });
  if (request.tile_heights.empty() || has_blocks || request.quiet) return;
  message("--tile-height: " + network.name + " has no squeeze-and-excite block, so there is nothing that it acts on");
  for (const std::string& note : find_near_blocks(network)) message(note);
}

}  // namespace

bool is_onnx(const std::string& path) {
  const std::string ending = ".onnx";
  return path.size() > ending.size() && path.compare(path.size() - ending.size(), ending.size(), ending) == 0;
}

NetworkConfig named_network_config(const std::string& name, const ImportOptions& import) {
  const std::string path = resolve_network(name);
  if (!is_onnx(path)) return read_network_config(path);
  return import_onnx(path, import).network;
}

Device requested_device(const Request& request) { return read_device(resolve_device(request.device)); }

std::vector<Point> requested_points(const Request& request) {
  const Network network = build_network(named_network_config(request.network, request.import));
  if (request.tile_heights.empty()) return {{"", tiled(network, request, "")}};
  tell_idle_heights(network, request);
  std::vector<Point> points;
  for (const std::string& height : request.tile_heights) points.push_back({height, tiled(network, request, height)});
  return points;
}

RequestedPoint recalled_point(const Request& request) {
  const std::size_t colon = request.point.rfind(':');
  if (colon == std::string::npos || colon == 0)
    throw InputError("--point", "found \"" + request.point + "\", expected DIR:ID of a folder that rowflow sweep has written");
  const FoundPoint found = find_point(request.point.substr(0, colon), request.point.substr(colon + 1));
  if (found.inputs.version != version()) message("note: the sweep was made by version " + found.inputs.version + ", this is " + version());
  return {{"", point_network(found.inputs, found.settings)},
          point_device(found.inputs, found.settings),
          point_options(found.sweep, found.inputs, found.settings)};
}

EvaluateOptions evaluate_options(const Request& request) {
  EvaluateOptions options;
  if (request.buffers == "minimal" || request.buffers == "full-rate" || request.buffers == "best") {
    options.buffers = request.buffers;
  } else {
    options.capacities = read_buffers_file(request.buffers);
  }
  if (request.buffer_kib) options.buffer_budget = *request.buffer_kib * 1024;
  options.frames = request.frames;
  options.fps = request.fps;
  options.timing = request.timing == "synchronous" ? Timing::synchronous : Timing::decoupled;
  options.fit = request.fit;
  if (!request.mapping.empty()) {
    const MappingFile mapping = read_mapping_file(resolve_mapping(request.mapping));
    options.mapping = mapping.layers;
    options.fifo_rows = mapping.fifo_rows;
  }
  if (!request.costs.empty()) options.costs = read_user_costs(request.costs);
  return options;
}

}  // namespace rowflow

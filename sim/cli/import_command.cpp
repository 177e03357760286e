#include <fmt/format.h>

#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

namespace {

std::string barrier_line(const Barrier& barrier) {
  std::string line = fmt::format("  {} ({})", barrier.layer, barrier.kind);
  for (const Barrier::Bypass& bypass : barrier.bypasses)
    line += fmt::format("; waits: {} -> {}, {} elements", bypass.from, bypass.to, bypass.elements);
  return line;
}

void tell(const ImportResult& result) {
  const Network network = build_network(result.network);
  std::size_t blocks = 0;
  for (const Layer& layer : network.layers) blocks += layer.config.type == LayerType::squeeze_excite ? 1 : 0;
  message(fmt::format("{}: {} layers, {} SE blocks, {} MACs, {} parameters", network.name, network.layers.size(),
                      blocks, network.macs, network.parameters));
  for (const std::string& node : result.network.assumed_free) message("assumed free: " + node);
  for (const std::string& warning : result.warnings) message(warning);
  if (result.barriers.empty()) return;
  message("layers that wait for a whole map, and what waits beside them:");
  for (const Barrier& barrier : result.barriers) message(barrier_line(barrier));
}

}  // namespace

int import_command(const Request& request) {
  const ImportResult result = import_onnx(request.model, bind_import(request.point));
  if (!request.quiet) tell(result);
  write_json(request, write_network_config(result.network));
  return 0;
}

}  // namespace rowflow

#include "sim/report/devices_text.hpp"

#include <fmt/format.h>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

std::string verdict(const RunResult& result) {
  if (result.status == RunStatus::deadlock) return "deadlock";
  const Fit& fit = result.plan.fit;
  return fit.fits ? "yes" : fmt::format("{} contexts", fit.contexts);
}

}  // namespace

std::string devices_text(const std::vector<RunResult>& results, const TextStyle& style) {
  const NetworkSummary& network = results.front().plan.network;
  Table table({{"device", Align::left, 24},
               {"T"},
               {"fps"},
               {"latency\nms"},
               {"buffers\nKiB"},
               {"L3+L4\ncuts"},
               {"fits"},
               {"limited by", Align::left}});
  for (const RunResult& result : results)
    table.add({result.plan.device.name, result.plan.tile_height, fps_text(result), latency_text(result),
               rounded_kib(total_buffer_bytes(result.plan)), thousands(largest(result, chip_cuts)), verdict(result),
               limit_name(result)});
  return style.bold(fmt::format("{} on several devices", network.name)) + "\n" + table.text(style) +
         wrap(
             "Latency: source paced at the steady interval. `rowflow run` with one --device says what is short, why, "
             "and what is assumed.");
}

}  // namespace rowflow

#include "sim/metrics/figures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/integer.hpp"
#include "sim/metrics/contexts_result.hpp"

namespace rowflow {

double milliseconds(const Plan& plan, double cycles) {
  return plan.device.clock_hz > 0 ? cycles * 1e3 / static_cast<double>(plan.device.clock_hz) : 0;
}

std::optional<double> milliseconds(const Plan& plan, const std::optional<double>& cycles) {
  if (!cycles) return std::nullopt;
  return milliseconds(plan, *cycles);
}

std::optional<double> interval_cycles(const RunResult& result) {
  if (result.status == RunStatus::deadlock || !result.saturated.throughput.interval) return std::nullopt;
  return result.saturated.throughput.interval->value();
}

std::optional<double> frames_per_second(const RunResult& result) {
  if (!interval_cycles(result)) return std::nullopt;
  return result.saturated.throughput.fps;
}

double frames_per_second(const Plan& plan, double interval) {
  return interval > 0 ? static_cast<double>(plan.device.clock_hz) / interval : 0;
}

const char* status_name(RunStatus status) {
  switch (status) {
    case RunStatus::deadlock:
      return "deadlock";
    case RunStatus::does_not_fit:
      return "does_not_fit";
    case RunStatus::ok:
      break;
  }
  return "ok";
}

Bytes buffer_bytes(const Plan& plan, BufferRole role) {
  Bytes bytes = 0;
  for (const Buffer& buffer : plan.buffers) bytes += buffer.role == role ? buffer.capacity_rows * buffer.row_bytes : 0;
  return bytes;
}

std::optional<Bytes> peak_bytes(const RunResult& result) {
  if (result.several) {
    std::optional<Bytes> most;
    for (std::size_t c = 0; c < result.several->list.size(); ++c)
      most = std::max(most.value_or(0), peak_bytes(result_of(result, c)).value_or(0));
    return most;
  }
  if (result.saturated.buffers.empty()) return std::nullopt;
  Bytes bytes = 0;
  const std::size_t count = std::min(result.plan.buffers.size(), result.saturated.buffers.size());
  for (std::size_t b = 0; b < count; ++b)
    bytes += result.saturated.buffers[b].peak_rows * result.plan.buffers[b].row_bytes;
  return bytes;
}

std::int64_t buffer_cuts(const Plan& plan) {
  std::int64_t cuts = 0;
  for (const Buffer& buffer : plan.buffers) cuts += buffer.cuts;
  return cuts;
}

std::optional<std::int64_t> chip_demand(const Plan& plan, const std::string& resource) {
  for (const ResourceUse& use : plan.fit.resources)
    if (use.name == resource && use.scope == "chip") return use.demand;
  return std::nullopt;
}

std::int64_t chip_cuts(const Plan& plan) {
  return chip_demand(plan, "l3_cuts").value_or(0) + chip_demand(plan, "l4_cuts").value_or(0);
}

std::map<MemoryLevel, LevelUse> use_by_level(const RunResult& result) {
  std::map<MemoryLevel, LevelUse> levels;
  for (std::size_t c = 0; result.several && c < result.several->list.size(); ++c) {
    for (const auto& [level, use] : use_by_level(result_of(result, c))) {
      levels[level].capacity = std::max(levels[level].capacity, use.capacity);
      levels[level].cuts = std::max(levels[level].cuts, use.cuts);
      levels[level].peak = std::max(levels[level].peak, use.peak);
    }
  }
  if (result.several) return levels;
  for (std::size_t b = 0; b < result.plan.buffers.size(); ++b) {
    const Buffer& buffer = result.plan.buffers[b];
    LevelUse& use = levels[buffer.level];
    use.capacity += buffer.capacity_rows * buffer.row_bytes;
    use.cuts += buffer.cuts;
    if (b < result.saturated.buffers.size()) use.peak += result.saturated.buffers[b].peak_rows * buffer.row_bytes;
  }
  return levels;
}

Elements pipeline_buffering_elements(const Plan& plan) {
  Elements elements = 0;
  for (const SeBlock& block : plan.se_blocks) elements += block.buffering_elements;
  return elements;
}

double excite_share(const Plan& plan) {
  Macs macs = 0;
  for (const SeBlock& block : plan.se_blocks) macs += block.excite_macs;
  return plan.network.macs > 0 ? static_cast<double>(macs) / static_cast<double>(plan.network.macs) : 0;
}

int controllers(const SeBlock& block) {
  return static_cast<int>(block.excite.size()) + (block.squeeze >= 0 ? 1 : 0) + (block.scale >= 0 ? 1 : 0);
}

std::int64_t se_controllers(const Plan& plan) {
  std::int64_t sum = 0;
  for (const SeBlock& block : plan.se_blocks) sum += controllers(block);
  return sum;
}

bool is_full_se(const Plan& plan) {
  return std::all_of(plan.se_blocks.begin(), plan.se_blocks.end(),
                     [](const SeBlock& block) { return block.tile_height_effective >= block.height; });
}

std::string resource_word(const std::string& name) {
  if (name == "weight_bytes") return "weight memory";
  if (name == "memory_bytes") return "memory";
  if (name == "buffer_budget_bytes") return "buffer memory";
  return name;
}

std::string shortage(const Plan& plan) {
  std::string missing;
  for (const ResourceUse& use : plan.fit.resources) {
    if (use.demand <= use.limit) continue;
    const bool bytes = use.name.size() > 6 && use.name.rfind("_bytes") == use.name.size() - 6;
    missing += missing.empty() ? "needs " : ", ";
    missing +=
        bytes ? fmt::format("{} of {} KiB {}", ceil_div(use.demand, 1024), use.limit / 1024, resource_word(use.name))
              : fmt::format("{} of {} {}", use.demand, use.limit, resource_word(use.name));
    if (use.scope != "chip" && !use.scope.empty()) missing += " in " + use.scope;
  }
  if (missing.empty()) return plan.fit.fits ? "" : "does not fit the device";
  return plan.fit.contexts > 1 ? fmt::format("{}: would take at least {} contexts", missing, plan.fit.contexts)
                               : missing;
}

std::string stage_name(const Plan& plan, int stage) {
  const bool known = stage >= 0 && static_cast<std::size_t>(stage) < plan.stages.size();
  return known ? plan.stages[static_cast<std::size_t>(stage)].name : "?";
}

std::string buffer_name(const Plan& plan, int buffer) {
  const bool known = buffer >= 0 && static_cast<std::size_t>(buffer) < plan.buffers.size();
  return known ? plan.buffers[static_cast<std::size_t>(buffer)].name : "the source's schedule";
}

Bytes spilled_bytes(const Plan& plan, MemoryLevel level) {
  Bytes bytes = 0;
  for (const Buffer& buffer : plan.buffers)
    if (buffer.level == level) bytes += buffer.rows_per_frame * buffer.row_bytes;
  return bytes;
}

BypassUse bypass_use(const RunResult& result, const SeBlock& block) {
  BypassUse use;
  for (const int index : bypass_buffers(result.plan, block)) {
    const Buffer& buffer = result.plan.buffers.at(static_cast<std::size_t>(index));
    use.capacity += buffer.capacity_rows;
    use.bytes += buffer.capacity_rows * buffer.row_bytes;
    if (static_cast<std::size_t>(index) < result.saturated.buffers.size())
      use.peak += result.saturated.buffers[static_cast<std::size_t>(index)].peak_rows;
    if (index == block.bypass) use.level = buffer.level;
  }
  return use;
}

}  // namespace rowflow

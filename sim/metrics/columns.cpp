#include "sim/metrics/columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/energy.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/metrics/stalls.hpp"

namespace rowflow {

namespace {

template <typename T>
Cell maybe(const std::optional<T>& value) {
  return value ? Cell(*value) : Cell();
}

const SeBlock& block_of(const RunResult& r, std::size_t b) { return r.plan.se_blocks[b]; }

Cell frame_mj(const RunResult& r) {
  const auto spent = energy(r);
  return spent ? Cell(spent->frame_joules.value * 1e3) : Cell();
}

Cell board_watts(const RunResult& r) {
  const auto spent = energy(r);
  return spent ? Cell(spent->watts.value) : Cell();
}

Cell activity(const RunResult& r, std::size_t b, double SeActivity::*member) {
  return b < r.se.size() ? Cell(r.se[b].*member) : Cell();
}

/// None where no plan is known to fit.
Cell device_interval(const RunResult& r) {
  return r.plan.bounds.device_interval > 0 ? Cell(r.plan.bounds.device_interval) : Cell();
}

/// Paced; of several contexts that of a batch of 1.
Cell latency_ms(const RunResult& r) {
  if (!r.several) return maybe(milliseconds(r.plan, r.latency.paced));
  return r.latency.isolated ? Cell(milliseconds(r.plan, static_cast<double>(*r.latency.isolated))) : Cell();
}

/// Shares of time (sim/metrics/stalls.hpp).
Cell se_blocked_share(const RunResult& r) {
  const auto stalls = stall_shares(r);
  return stalls && stalls->se_producers ? Cell(stalls->se_producers->blocked) : Cell();
}

Cell bottleneck_starved_share(const RunResult& r) {
  const auto stalls = stall_shares(r);
  return stalls ? Cell(stalls->bottleneck.starved) : Cell();
}

Cell vector_wait_share(const RunResult& r) {
  const auto stalls = stall_shares(r);
  return stalls ? maybe(stalls->vector_wait) : Cell();
}

/// Of the batch that several contexts were made for.
Cell of_batch(const RunResult& r, Cycles BatchTime::*member) {
  return r.several ? Cell(batch_time(*r.several, r.several->batch).*member) : Cell();
}

}  // namespace

const std::vector<PointColumn>& point_columns() {
  using R = const RunResult&;
  using P = const Plan&;
  static const std::vector<PointColumn> columns{
      {"frames", CellType::integer, [](R r) -> Cell { return std::int64_t{r.saturated.frames}; }},
      {"interval_cycles", CellType::real, [](R r) { return maybe(interval_cycles(r)); }},
      {"fps", CellType::real, [](R r) { return maybe(frames_per_second(r)); }},
      {"proof", CellType::text,
       [](R r) {
         return r.status == RunStatus::ok ? Cell(std::string(to_string(r.saturated.throughput.proof))) : Cell();
       }},
      {"engine", CellType::text,
       [](R r) {
         return r.status == RunStatus::does_not_fit ? Cell() : Cell(std::string(to_string(r.saturated.engine)));
       }},
      {"isolated_cycles", CellType::integer, [](R r) { return maybe(r.latency.isolated); }},
      {"link_sharing_cycles", CellType::integer, [](R r) { return maybe(r.latency.link_sharing); }},
      {"paced_cycles", CellType::real, [](R r) { return maybe(r.latency.paced); }},
      {"after_last_row_cycles", CellType::real, [](R r) { return maybe(r.latency.after_last_row); }},
      {"loaded_cycles", CellType::real, [](R r) { return maybe(r.latency.loaded); }, Window::steady},
      {"paced_ms", CellType::real, [](R r) { return maybe(milliseconds(r.plan, r.latency.paced)); }},
      {"latency_ms", CellType::real, [](R r) { return latency_ms(r); }},
      {"stage_interval", CellType::integer, [](R r) -> Cell { return r.plan.bounds.stage_interval; }},
      {"min_latency", CellType::integer, [](R r) -> Cell { return r.plan.bounds.min_latency; }},
      {"device_interval", CellType::integer, [](R r) { return device_interval(r); }},
      {"limited_by", CellType::text, [](R r) -> Cell { return limit_name(r); }},
      {"bypass_bytes", CellType::integer,
       [](R r) -> Cell { return largest(r, [](P p) { return buffer_bytes(p, BufferRole::se_bypass); }); }},
      {"skip_bytes", CellType::integer,
       [](R r) -> Cell { return largest(r, [](P p) { return buffer_bytes(p, BufferRole::skip); }); }},
      {"buffer_bytes", CellType::integer, [](R r) -> Cell { return largest(r, total_buffer_bytes); }},
      {"peak_bytes", CellType::integer, [](R r) { return maybe(peak_bytes(r)); }, Window::steady},
      {"buffer_cuts", CellType::integer, [](R r) -> Cell { return largest(r, buffer_cuts); }},
      {"pipeline_buffering_elements", CellType::integer,
       [](R r) -> Cell { return pipeline_buffering_elements(r.plan); }},
      {"excite_share", CellType::real, [](R r) -> Cell { return excite_share(r.plan); }},
      {"penalty", CellType::real, [](R r) { return maybe(r.penalty); }},
      {"weight_bytes", CellType::integer, [](R r) { return maybe(chip_demand(r.plan, "weight_bytes")); }},
      {"subclusters", CellType::integer, [](R r) { return maybe(chip_demand(r.plan, "subclusters")); }},
      {"controllers", CellType::integer, [](R r) { return maybe(chip_demand(r.plan, "controllers")); }},
      {"l3_cuts", CellType::integer, [](R r) { return maybe(chip_demand(r.plan, "l3_cuts")); }},
      {"l4_cuts", CellType::integer, [](R r) { return maybe(chip_demand(r.plan, "l4_cuts")); }},
      {"host_bytes", CellType::integer, [](R r) -> Cell { return spilled_bytes(r.plan, MemoryLevel::host); }},
      {"verdict", CellType::text, [](R r) -> Cell { return std::string(to_string(verdict(r.plan.fit))); }},
      {"fits", CellType::boolean, [](R r) -> Cell { return std::int64_t{r.plan.fit.fits}; }},
      {"contexts", CellType::integer, [](R r) -> Cell { return std::int64_t{r.plan.fit.contexts}; }},
      {"fps_b1", CellType::real, [](R r) { return maybe(batch_fps(r, 1)); }},
      {"fps_b8", CellType::real, [](R r) { return maybe(batch_fps(r, 8)); }},
      {"fps_limit", CellType::real, [](R r) { return maybe(unlimited_batch_fps(r)); }},
      {"batch_cycles", CellType::integer, [](R r) { return of_batch(r, &BatchTime::total); }},
      {"switch_cycles", CellType::integer, [](R r) { return of_batch(r, &BatchTime::switches); }},
      {"reload_cycles", CellType::integer, [](R r) { return of_batch(r, &BatchTime::reload); }},
      {"fill_drain_cycles", CellType::integer, [](R r) { return of_batch(r, &BatchTime::fill_drain); }},
      {"inter_context_bytes", CellType::integer, [](R r) -> Cell { return inter_context_bytes(r); }},
      {"cut_blocks", CellType::integer, [](R r) -> Cell { return static_cast<std::int64_t>(cut_blocks(r).size()); }},
      {"frame_mj", CellType::real, frame_mj},
      {"watts", CellType::real, board_watts},
      {"se_blocked_share", CellType::real, se_blocked_share, Window::steady},
      {"bottleneck_starved_share", CellType::real, bottleneck_starved_share, Window::steady},
      {"vector_wait_share", CellType::real, vector_wait_share, Window::steady},
  };
  return columns;
}

const std::vector<BlockColumn>& block_columns() {
  using R = const RunResult&;
  using I = std::size_t;
  static const std::vector<BlockColumn> columns{
      {"layer", CellType::text, [](R r, I b) -> Cell { return block_of(r, b).layer; }},
      {"height", CellType::integer, [](R r, I b) -> Cell { return block_of(r, b).height; }},
      {"tile_height_effective", CellType::integer,
       [](R r, I b) -> Cell { return block_of(r, b).tile_height_effective; }},
      {"bypass_capacity_rows", CellType::integer,
       [](R r, I b) -> Cell { return bypass_use(r, block_of(r, b)).capacity; }},
      {"bypass_peak_rows", CellType::integer,
       [](R r, I b) { return r.saturated.buffers.empty() ? Cell() : Cell(bypass_use(r, block_of(r, b)).peak); },
       Window::steady},
      {"bypass_bytes", CellType::integer, [](R r, I b) -> Cell { return bypass_use(r, block_of(r, b)).bytes; }},
      {"wait_for_vector_cycles", CellType::real,
       [](R r, I b) { return activity(r, b, &SeActivity::wait_for_vector_cycles); }, Window::steady},
      {"producer_blocked_cycles", CellType::real,
       [](R r, I b) { return activity(r, b, &SeActivity::producer_blocked_cycles); }, Window::steady},
      {"excite_busy_cycles", CellType::real, [](R r, I b) { return activity(r, b, &SeActivity::excite_busy_cycles); },
       Window::steady},
  };
  return columns;
}

std::size_t point_column(const std::string& name) {
  const auto& columns = point_columns();
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const PointColumn& column) { return name == column.name; });
  if (found == columns.end()) throw Defect("no column " + name);
  return static_cast<std::size_t>(found - columns.begin());
}

std::string cell_text(const Cell& cell, CellType type) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell))
    return type == CellType::boolean ? (*integer != 0 ? "true" : "false") : fmt::format("{}", *integer);
  if (const auto* real = std::get_if<double>(&cell)) return fmt::format("{}", *real);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return "";
}

}  // namespace rowflow

// What a row says of a point: a line a column. A new figure is a new line.
#include <algorithm>
#include <cstring>

#include "sim/base/error.hpp"
#include "sim/explore/point_row.hpp"

namespace rowflow {

namespace {

template <typename T>
Value maybe(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

double clock_hz(const RunResult& r) { return static_cast<double>(r.plan.device.clock_hz); }

Value milliseconds(const RunResult& r, const std::optional<double>& cycles) {
  return cycles ? Value(*cycles * 1e3 / clock_hz(r)) : Value();
}

Value interval(const RunResult& r) {
  const auto& steady = r.saturated.throughput.interval;
  return r.status == RunStatus::ok && steady ? Value(steady->value()) : Value();
}

Value fps(const RunResult& r) {
  return r.status == RunStatus::ok && r.saturated.throughput.interval ? Value(r.saturated.throughput.fps) : Value();
}

Bytes bytes_of_role(const RunResult& r, BufferRole role) {
  Bytes bytes = 0;
  for (const Buffer& buffer : r.plan.buffers) bytes += buffer.role == role ? buffer.capacity_rows * buffer.row_bytes : 0;
  return bytes;
}

Value peak_bytes(const RunResult& r) {
  if (r.saturated.buffers.empty()) return {};
  Bytes bytes = 0;
  for (std::size_t b = 0; b < r.saturated.buffers.size(); ++b) bytes += r.saturated.buffers[b].peak_rows * r.plan.buffers[b].row_bytes;
  return bytes;
}

Value buffering(const RunResult& r) {
  Elements elements = 0;
  for (const SeBlock& block : r.plan.se_blocks) elements += block.buffering_elements;
  return elements;
}

std::int64_t demand(const RunResult& r, const std::string& name) {
  for (const ResourceUse& use : r.plan.fit.resources)
    if (use.name == name) return use.demand;
  return 0;
}

/// The stage that the critical cycle spends most cycles on.
Value limited_by(const RunResult& r) {
  if (r.status != RunStatus::ok) return {};
  if (!r.saturated.critical || r.saturated.critical->arcs.empty()) return r.plan.bounds.stage;
  const auto& arcs = r.saturated.critical->arcs;
  const auto longest = std::max_element(arcs.begin(), arcs.end(), [](const auto& a, const auto& b) { return a.cycles < b.cycles; });
  return r.plan.stages[static_cast<std::size_t>(longest->stage)].name;
}

const SeBlock& block_of(const RunResult& r, std::size_t b) { return r.plan.se_blocks[b]; }
const Buffer& bypass(const RunResult& r, std::size_t b) { return r.plan.buffers[static_cast<std::size_t>(block_of(r, b).bypass)]; }

Value bypass_peak(const RunResult& r, std::size_t b) {
  return r.saturated.buffers.empty() ? Value() : Value(r.saturated.buffers[static_cast<std::size_t>(block_of(r, b).bypass)].peak_rows);
}

Value activity(const RunResult& r, std::size_t b, double SeActivity::*member) { return b < r.se.size() ? Value(r.se[b].*member) : Value(); }

}  // namespace

const std::vector<PointColumn>& point_columns() {
  using R = const RunResult&;
  static const std::vector<PointColumn> columns{
      {"frames", "INTEGER", [](R r) -> Value { return std::int64_t{r.saturated.frames}; }},
      {"interval_cycles", "REAL", interval},
      {"fps", "REAL", fps},
      {"proof", "TEXT", [](R r) -> Value { return r.status == RunStatus::ok ? Value(r.saturated.throughput.proof) : Value(); }},
      {"isolated_cycles", "INTEGER", [](R r) { return maybe(r.latency.isolated); }},
      {"paced_cycles", "REAL", [](R r) { return maybe(r.latency.paced); }},
      {"after_last_row_cycles", "REAL", [](R r) { return maybe(r.latency.after_last_row); }},
      {"loaded_cycles", "REAL", [](R r) { return maybe(r.latency.loaded); }},
      {"paced_ms", "REAL", [](R r) { return milliseconds(r, r.latency.paced); }},
      {"stage_interval", "INTEGER", [](R r) -> Value { return r.plan.bounds.stage_interval; }},
      {"min_latency", "INTEGER", [](R r) -> Value { return r.plan.bounds.min_latency; }},
      {"limited_by", "TEXT", limited_by},
      {"bypass_bytes", "INTEGER", [](R r) -> Value { return bytes_of_role(r, BufferRole::se_bypass); }},
      {"skip_bytes", "INTEGER", [](R r) -> Value { return bytes_of_role(r, BufferRole::skip); }},
      {"buffer_bytes", "INTEGER", [](R r) -> Value { return total_buffer_bytes(r.plan); }},
      {"peak_bytes", "INTEGER", peak_bytes},
      {"pipeline_buffering_elements", "INTEGER", buffering},
      {"weight_bytes", "INTEGER", [](R r) -> Value { return demand(r, "weight_bytes"); }},
      {"subclusters", "INTEGER", [](R r) -> Value { return demand(r, "subclusters"); }},
      {"controllers", "INTEGER", [](R r) -> Value { return demand(r, "controllers"); }},
      {"fits", "INTEGER", [](R r) -> Value { return std::int64_t{r.plan.fit.fits}; }},
      {"contexts", "INTEGER", [](R r) -> Value { return std::int64_t{r.plan.fit.contexts}; }},
  };
  return columns;
}

const std::vector<BlockColumn>& block_columns() {
  using R = const RunResult&;
  using I = std::size_t;
  static const std::vector<BlockColumn> columns{
      {"layer", "TEXT", [](R r, I b) -> Value { return block_of(r, b).layer; }},
      {"height", "INTEGER", [](R r, I b) -> Value { return block_of(r, b).height; }},
      {"tile_height_effective", "INTEGER", [](R r, I b) -> Value { return block_of(r, b).tile_height_effective; }},
      {"bypass_capacity_rows", "INTEGER", [](R r, I b) -> Value { return bypass(r, b).capacity_rows; }},
      {"bypass_peak_rows", "INTEGER", bypass_peak},
      {"bypass_bytes", "INTEGER", [](R r, I b) -> Value { return bypass(r, b).capacity_rows * bypass(r, b).row_bytes; }},
      {"wait_for_vector_cycles", "REAL", [](R r, I b) { return activity(r, b, &SeActivity::wait_for_vector_cycles); }},
      {"producer_blocked_cycles", "REAL", [](R r, I b) { return activity(r, b, &SeActivity::producer_blocked_cycles); }},
      {"excite_busy_cycles", "REAL", [](R r, I b) { return activity(r, b, &SeActivity::excite_busy_cycles); }},
  };
  return columns;
}

std::size_t point_column(const std::string& name) {
  const auto& columns = point_columns();
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const PointColumn& column) { return name == column.name; });
  if (found == columns.end()) throw Defect("sweep: no column " + name);
  return static_cast<std::size_t>(found - columns.begin());
}

}  // namespace rowflow

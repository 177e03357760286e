#include <fmt/format.h>

#include "sim/report/figures.hpp"
#include "sim/report/run_json.hpp"

namespace rowflow {

namespace {

/// Quoted where a comma, quote or newline asks for it (RFC 4180).
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

template <typename T>
std::string cell(const std::optional<T>& value) {
  return value ? fmt::format("{}", *value) : "";
}

const char* status_name(RunStatus status) {
  return status == RunStatus::deadlock ? "deadlock" : status == RunStatus::does_not_fit ? "does_not_fit" : "ok";
}

std::string row(const RunResult& r) {
  const Throughput& t = r.saturated.throughput;
  const auto fps = frames_per_second(r);
  std::string line = fmt::format("{},{},{},{},{},{},", csv_cell(r.plan.network.name), csv_cell(r.plan.device.name), r.plan.tile_height,
                                 r.plan.buffer_policy, status_name(r.status), r.saturated.frames);
  line += fmt::format("{},{},{},", cell(fps ? std::optional<double>(t.interval->value()) : std::nullopt), cell(fps), t.proof);
  line +=
      fmt::format("{},{},{},{},", cell(r.latency.isolated), cell(r.latency.paced), cell(r.latency.after_last_row), cell(r.latency.loaded));
  line += fmt::format("{},{},", cell(milliseconds(r.plan, r.latency.paced)), r.plan.bounds.stage_interval);
  line += fmt::format("{},{},{},{},", buffer_bytes(r.plan, BufferRole::se_bypass), buffer_bytes(r.plan, BufferRole::skip),
                      total_buffer_bytes(r.plan), peak_bytes(r));
  return line + fmt::format("{},{},{},{},{}\n", pipeline_buffering_elements(r.plan), excite_share(r.plan), csv_cell(limiter(r).brief),
                            r.plan.fit.fits ? "true" : "false", r.plan.fit.contexts);
}

}  // namespace

std::string run_csv(const std::vector<RunResult>& results) {
  std::string text =
      "network,device,tile_height,buffer_policy,status,frames,interval_cycles,fps,proof,isolated_cycles,paced_cycles,"
      "after_last_row_cycles,loaded_cycles,paced_ms,stage_interval,bypass_bytes,skip_bytes,buffer_bytes,peak_bytes,"
      "pipeline_buffering_elements,excite_share,limited_by,fits,contexts\n";
  for (const RunResult& result : results) text += row(result);
  return text;
}

}  // namespace rowflow

#include "sim/point/knob_binds.hpp"

#include "sim/point/bind.hpp"
#include "sim/point/known_penalties.hpp"

namespace rowflow {

void bind_buffers(const DesignPoint& point, const Contents& contents, EvaluateOptions& options) {
  const std::string buffers = point.value(Knob::buffers);
  if (is_policy(buffers)) {
    options.buffers = buffers;
    return;
  }
  const BuffersFile& file = contents.buffers(buffers);
  options.capacities = file.rows;
  options.levels = file.levels;
}

void bind_capacities(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  for (const auto& [buffer, rows] : point.values(Knob::capacities)) options.capacities[buffer] = std::stoll(rows);
}

void bind_buffer_kib(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  const std::string kib = point.value(Knob::buffer_kib);
  if (kib != "none") options.buffer_budget = std::stoll(kib) * 1024;
}

void bind_fps(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  const std::string fps = point.value(Knob::fps);
  if (fps != "steady") options.fps = std::stod(fps);
}

void bind_goal(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  options.goal = enum_of<Goal>(point.value(Knob::goal)).value_or(Goal::throughput);
}

void bind_target_fps(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  const std::string fps = point.value(Knob::target_fps);
  if (fps != "most") options.target_fps = std::stod(fps);
}

void bind_frames(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  const std::string frames = point.value(Knob::frames);
  options.until_proven = frames == "proven";
  if (frames != "proven" && frames != "steady") options.frames = std::stoi(frames);
}

void bind_fit(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  options.fit = point.value(Knob::fit);
}

void bind_batch(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  options.batch = std::stoi(point.value(Knob::batch));
}

void bind_max_contexts(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  const std::string most = point.value(Knob::max_contexts);
  if (most != "any") options.max_contexts = std::stoi(most);
}

void bind_context_cuts(const DesignPoint& point, const Contents& contents, EvaluateOptions& options) {
  if (point.given(Knob::context_cuts)) options.context_cuts = contents.context_cuts(point.value(Knob::context_cuts));
}

void bind_timing(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  options.timing = point.value(Knob::timing) == "synchronous" ? Timing::synchronous : Timing::decoupled;
}

void bind_costs(const DesignPoint& point, const Contents& contents, EvaluateOptions& options) {
  if (!point.given(Knob::costs)) return;
  options.costs = contents.costs(point.value(Knob::costs), contents.network(point.value(Knob::network)).network);
}

void bind_mapping(const DesignPoint& point, const Contents& contents, EvaluateOptions& options) {
  if (!point.given(Knob::mapping)) return;
  const MappingFile& mapping = contents.mapping(point.value(Knob::mapping));
  options.mapping = mapping.layers;
  options.fifo_rows = mapping.fifo_rows;
}

void bind_penalties(const DesignPoint& point, const Contents& contents, EvaluateOptions& options) {
  options.penalties = known_penalties(point, contents);
}

void bind_stage_clusters(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  for (const auto& [stage, cluster] : point.values(Knob::stage_clusters))
    options.mapping[stage].clusters = {std::stoi(cluster)};
}

void bind_stage_subclusters(const DesignPoint& point, const Contents& /*contents*/, EvaluateOptions& options) {
  for (const auto& [stage, subclusters] : point.values(Knob::stage_subclusters))
    options.mapping[stage].subclusters = std::stoll(subclusters);
}

}  // namespace rowflow

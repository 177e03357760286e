// What the value of a knob is for the evaluation: KnobRow::bind.
#pragma once

namespace rowflow {

class Contents;
class DesignPoint;
struct EvaluateOptions;

void bind_buffers(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_capacities(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_buffer_kib(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_fps(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_goal(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_target_fps(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_frames(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_fit(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_batch(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_max_contexts(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_context_cuts(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_timing(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_costs(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_mapping(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_penalties(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_stage_clusters(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);
void bind_stage_subclusters(const DesignPoint& point, const Contents& contents, EvaluateOptions& options);

}  // namespace rowflow

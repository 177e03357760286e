#include "sim/studies/explain/explain.hpp"

#include <optional>

#include "sim/cli/commands.hpp"
#include "sim/cli/jobs.hpp"
#include "sim/cli/next_step.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/cli/points_bar.hpp"

namespace rowflow {

namespace {

NextStep next_of(const Request& request, const DesignPoint& point, const Explained& explained) {
  if (explained.result.base.status == RunStatus::deadlock) return next_step(request, explained.result.base);
  if (explained.best == point) return {};
  const bool path = !explained.result.path.empty();
  return {command_of(explained.best, "run"), path ? "with the changes together" : "with the best change"};
}

}  // namespace

int explain_command(const Request& request) {
  requested_point(request, "one point is explained");  // what is wrong or implausible
  DesignPoint point = request.point;
  if (!request.tile_heights.empty()) point.set(Knob::tile_height, request.tile_heights.front());
  Contents contents;
  contents.add(point);
  std::optional<PointsBar> bar(std::in_place, request.quiet, "changes");
  ExplainOptions options;
  options.levers = request.levers;
  options.jobs = jobs_of(request);
  options.progress = [&bar](std::uint64_t done, std::uint64_t total) { bar->show(done, total, done); };
  Explained explained = explain(point, contents, options);
  bar.reset();
  if (!explained.result.path.empty()) explained.result.path_command = command_of(explained.best, "run");
  write_output(request, reporter_of(request, next_of(request, point, explained))->explain(explained.result));
  return explained.result.base.status == RunStatus::ok && !explained.result.as_if_fitted ? 0 : 1;
}

}  // namespace rowflow

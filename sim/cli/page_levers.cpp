#include "sim/cli/page_levers.hpp"

#include "sim/base/error.hpp"
#include "sim/base/process_pool.hpp"
#include "sim/cli/jobs.hpp"
#include "sim/cli/next_step.hpp"
#include "sim/cli/points_bar.hpp"
#include "sim/report/explain_json.hpp"
#include "sim/report/version.hpp"
#include "sim/studies/explain/explain.hpp"

namespace rowflow {

namespace {

/// Its label; in a child, as explain must not come after a simulation.
std::string recommended(const std::function<Comparison()>& compared) {
  std::string label;
  const auto work = [&](std::size_t) {
    const Comparison comparison = compared();
    return comparison.rows[comparison.recommended.row.value_or(0)].label;
  };
  for_each_in_children(1, 1, work, [&](std::size_t, const ChildOutcome& child) {
    if (child.answered)
      label = child.answer;
    else if (child.input_fault)
      throw InputError("--levers", child.death);
    else
      throw Defect("--levers: " + child.death);
  });
  return label;
}

}  // namespace

PageLevers levers_for_page(const Request& request, const std::function<Comparison()>& compared) {
  DesignPoint point = request.point;
  std::string label;
  if (!request.tile_heights.empty()) {
    label = request.tile_heights.size() > 1 ? recommended(compared) : request.tile_heights.front();
    point.set(Knob::tile_height, label);
  }
  Contents contents;
  contents.add(point);
  PointsBar bar(request.quiet, "changes");
  ExplainOptions options;
  options.levers = request.levers;
  options.jobs = jobs_of(request);
  options.progress = [&bar](std::uint64_t done, std::uint64_t total) { bar.show(done, total, done); };
  Explained explained = explain(point, contents, options);
  if (!explained.result.path.empty()) explained.result.path_command = command_of(explained.best, "run");
  return {label, explain_json(explained.result)};
}

}  // namespace rowflow

#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/mapper/map_point.hpp"

namespace rowflow {

int plan_command(const Request& request) {
  const BoundPoint point = requested_point(request, "a plan is of one");
  const PointPlan mapped = map_point(point.network, point.device, point.options);
  const auto reporter = reporter_of(request);
  write_output(request, mapped.several ? reporter->plan(*mapped.several) : reporter->plan(mapped.one.plan));
  if (!mapped.no_contexts.empty()) message("no contexts: " + mapped.no_contexts);
  return point.options.fit != "assume" && !mapped.several && !mapped.one.plan.fit.fits ? 1 : 0;
}

}  // namespace rowflow

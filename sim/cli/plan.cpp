#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/evaluate/evaluate.hpp"

namespace rowflow {

int plan_command(const Request& request) {
  const BoundPoint point = requested_point(request, "a plan is of one");
  const Plan plan = plan_point(point.network, point.device, point.options);
  write_output(request, reporter_of(request)->plan(plan));
  return point.options.fit == "require" && !plan.fit.fits ? 1 : 0;
}

}  // namespace rowflow

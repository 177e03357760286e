#include "sim/plan/plan_json.hpp"

#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/report/run_text.hpp"
#include "sim/sizing/evaluate.hpp"

namespace rowflow {

int plan_command(const Request& request) {
  const BoundPoint point = requested_point(request, "a plan is of one");
  const Plan plan = plan_point(point.network, point.device, point.options);
  write_output(request, request.format == Format::json ? plan_to_json(plan) : plan_text(plan, text_style(request)));
  return point.options.fit == "require" && !plan.fit.fits ? 1 : 0;
}

}  // namespace rowflow

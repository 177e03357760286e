#include "sim/plan/plan_json.hpp"

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/report/run_text.hpp"
#include "sim/sizing/evaluate.hpp"

namespace rowflow {

int plan_command(const Request& request) {
  const auto points = requested_points(request);
  if (points.size() > 1) throw InputError("--tile-height", "found several heights, expected one: a plan is of one");
  const Plan plan = plan_point(points.front().network, requested_device(request), evaluate_options(request));
  write_output(request, request.format == Format::json ? plan_to_json(plan) : plan_text(plan, text_style(request)));
  return request.fit == "require" && !plan.fit.fits ? 1 : 0;
}

}  // namespace rowflow

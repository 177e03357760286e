#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/next_step.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/mapper/map_point.hpp"
#include "sim/report/depths.hpp"

namespace rowflow {

namespace {

void write_plan(const Request& request, const PointPlan& mapped) {
  if (request.depths.empty()) {
    const bool fits = !mapped.several && mapped.one.plan.fit.fits;
    const auto reporter = reporter_of(request, next_step_of_plan(request, fits, mapped.several.has_value()));
    return write_output(request, mapped.several ? reporter->plan(*mapped.several) : reporter->plan(mapped.one.plan));
  }
  if (mapped.several)
    throw InputError("--depths", "found a network in several contexts, expected --fit assume: depths are of one");
  write_bytes(request, depths_document(mapped.one.plan, request.depths));
}

}  // namespace

int plan_command(const Request& request) {
  const BoundPoint point = requested_point(request, "a plan is of one");
  const PointPlan mapped = map_point(point.network, point.device, point.options);
  write_plan(request, mapped);
  if (!mapped.no_contexts.empty()) message("no contexts: " + mapped.no_contexts);
  return point.options.fit != "assume" && !mapped.several && !mapped.one.plan.fit.fits ? 1 : 0;
}

}  // namespace rowflow

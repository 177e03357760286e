#include "sim/studies/explain/explain.hpp"

#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"

namespace rowflow {

int explain_command(const Request& request) {
  const BoundPoint point = requested_point(request, "one point is explained");
  const ExplainResult result = explain(point.network, point.device, of_one_context(point.options), {request.levers});
  write_output(request, reporter_of(request)->explain(result));
  return result.base.status == RunStatus::ok ? 0 : 1;
}

}  // namespace rowflow

#include "sim/sizing/explain.hpp"

#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/report/explain_text.hpp"

namespace rowflow {

int explain_command(const Request& request) {
  const BoundPoint point = requested_point(request, "one point is explained");
  const ExplainResult result = explain(point.network, point.device, point.options, {request.levers});
  write_output(request, request.format == Format::json ? explain_json(result) : explain_text(result, text_style(request)));
  return result.base.status == RunStatus::ok ? 0 : 1;
}

}  // namespace rowflow

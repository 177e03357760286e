#include "sim/sizing/explain.hpp"

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/report/explain_text.hpp"

namespace rowflow {

int explain_command(const Request& request) {
  const auto points = requested_points(request);
  if (points.size() > 1) throw InputError("--tile-height", "found several heights, expected one: one point is explained");
  const ExplainResult result = explain(points.front().network, requested_device(request), evaluate_options(request), {request.levers});
  write_output(request, request.format == Format::json ? explain_json(result) : explain_text(result, text_style(request)));
  return result.base.status == RunStatus::ok ? 0 : 1;
}

}  // namespace rowflow

// rowflow run --device A,B: the same network on several devices.
#include <algorithm>

#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/report/devices_text.hpp"

namespace rowflow {

int run_on_devices(const Request& request) {
  std::vector<RunResult> results;
  for (const std::string& device : request.devices) {
    Request one = request;
    one.point.set(Knob::device, device);
    one.quiet = request.quiet || !results.empty();  // what is said of the network is said once
    const RequestedPoints requested = requested_points(one);
    for (const Point& point : requested.points)
      results.push_back(evaluate(point.network, requested.device, requested.options));
  }
  write_output(request, request.format == "text" ? devices_text(results, text_style(request))
                                                 : reporter_of(request)->run(results));
  const bool ok = std::all_of(results.begin(), results.end(),
                              [](const RunResult& result) { return result.status == RunStatus::ok; });
  return ok ? 0 : 1;
}

}  // namespace rowflow

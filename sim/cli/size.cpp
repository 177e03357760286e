#include "sim/studies/size/size.hpp"

#include "sim/cli/commands.hpp"
#include "sim/cli/jobs.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/report/size_json.hpp"

namespace rowflow {

int size_command(const Request& request) {
  const BoundPoint point = requested_point(request, "buffers are sized for one");
  SizeOptions wanted;
  wanted.min_fps = request.min_fps;
  wanted.cuts = request.cuts;
  wanted.effort = request.effort * 1'000'000;
  wanted.jobs = jobs_of(request);
  wanted.front_points = request.pareto ? request.points : 0;
  const SizeResult result = size(point.network, point.device, point.options, wanted);
  Request to_terminal = request;  // the document is printed; --out is for the capacities
  to_terminal.out.clear();
  if (result.reachable && !request.out.empty()) write_json(request, buffers_file(result.answer.plan));
  write_output(to_terminal, reporter_of(to_terminal)->size(result));
  return result.reachable && result.answer.status == RunStatus::ok ? 0 : 1;
}

}  // namespace rowflow

#include "sim/cli/points.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/cli/jobs.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/warnings.hpp"
#include "sim/evaluate/penalty.hpp"
#include "sim/report/version.hpp"
#include "sim/studies/sweep/run_sweep.hpp"

namespace rowflow {

RequestedPoints requested_points(const Request& request) {
  Contents contents;
  contents.add(request.point);
  RequestedPoints requested{{},
                            bind_device_document(request.point, contents),
                            bind_device(request.point, contents),
                            bind_options(request.point, contents)};
  requested.options.threads = std::min(most_threads, jobs_of(request));
  if (request.tile_heights.empty()) requested.points.push_back({"", bind_network(request.point, contents)});
  for (const std::string& height : request.tile_heights) {
    DesignPoint point = request.point;
    point.set(Knob::tile_height, height);
    requested.points.push_back({height, bind_network(point, contents)});
  }
  if (requested.options.penalties)
    for (const Point& point : requested.points) check_modes(point.network, *requested.options.penalties);
  warn_of_input(request, requested);
  return requested;
}

BoundPoint requested_point(const Request& request, const std::string& why) {
  if (request.tile_heights.size() > 1) throw InputError("--tile-height", "found several heights, expected one: " + why);
  RequestedPoints requested = requested_points(request);
  return {std::move(requested.points.front().network), std::move(requested.device), std::move(requested.options)};
}

BoundPoint recalled_point(const Request& request) {
  const std::size_t colon = request.recalled.rfind(':');
  if (colon == std::string::npos || colon == 0)
    throw InputError("--point",
                     "found \"" + request.recalled + "\", expected DIR:ID of a folder that rowflow sweep has written");
  FoundPoint found = find_point(request.recalled.substr(0, colon), request.recalled.substr(colon + 1));
  if (found.version != version())
    message("note: the sweep was made by version " + found.version + ", this is " + version());
  found.point.lay_over(request.point);  // how it is simulated, no more: checked
  return bind(found.point, found.contents);
}

}  // namespace rowflow

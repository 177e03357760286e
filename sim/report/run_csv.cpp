#include "sim/report/run_csv.hpp"

#include <fmt/format.h>

#include "sim/base/visible_text.hpp"
#include "sim/metrics/columns.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

std::string run_csv(const std::vector<RunResult>& results) {
  std::string text = "network,device,tile_height,buffer_policy,status";
  for (const PointColumn& column : point_columns()) text += fmt::format(",{}", column.name);
  text += "\n";
  for (const RunResult& r : results) {
    text += fmt::format("{},{},{},{},{}", csv_text(r.plan.network.name), csv_text(r.plan.device.name),
                        r.plan.tile_height, to_string(r.plan.buffer_policy), status_name(r.status));
    for (const PointColumn& column : point_columns()) text += "," + csv_text(cell_text(column.figure(r), column.type));
    text += "\n";
  }
  return text;
}

}  // namespace rowflow

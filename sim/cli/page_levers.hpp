// What rowflow explain says of a point, for the page of a run.
#pragma once

#include <functional>
#include <string>

#include "sim/cli/request.hpp"
#include "sim/report/comparison.hpp"

namespace rowflow {

struct PageLevers {
  std::string label;    ///< of the point's row
  std::string explain;  ///< of schema rowflow.explain/2; empty: nobody asked
};

/// Of the only point, or of the one that `compared` recommends, else the first. Before anything is simulated:
/// `compared` runs in a child process.
PageLevers levers_for_page(const Request& request, const std::function<Comparison()>& compared);

}  // namespace rowflow

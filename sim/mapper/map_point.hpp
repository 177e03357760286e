// What a design point becomes on the device: a plan in one context, or several (T18).
#pragma once

#include <optional>
#include <string>

#include "sim/mapper/sized_plan.hpp"
#include "sim/plan/contexts.hpp"

namespace rowflow {

struct PointPlan {
  SizedPlan one;                    ///< in one context; of several contexts empty
  std::optional<Contexts> several;  ///< only where the options ask for contexts (fit)
  std::string no_contexts;          ///< why there are none, although one context does not fit
};

/// One context whenever it fits and the options give no cuts. Throws InputError (sized_plan, best_partition).
PointPlan map_point(const Network& network, const Device& device, const EvaluateOptions& options);

}  // namespace rowflow

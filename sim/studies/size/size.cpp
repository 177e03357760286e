#include "sim/studies/size/size.hpp"

#include "sim/evaluate/penalty.hpp"
#include "sim/mapper/map_point.hpp"
#include "sim/studies/size/size_contexts.hpp"
#include "sim/studies/size/sizing.hpp"

namespace rowflow {

namespace {

SizeResult sized(const Network& network, const Device& device, const EvaluateOptions& options,
                 const SizeOptions& wanted) {
  EvaluateOptions one = options;
  if (options.fit == "contexts") {
    if (wanted.front_points == 0) {
      const PointPlan point = map_point(network, device, options);
      if (point.several) return size_contexts(network, device, options, wanted, *point.several);
    }
    one.fit = "assume";
  }
  return Sizing(network, device, one, wanted).run(evaluate(network, device, one));
}

}  // namespace

SizeResult size(const Network& network, const Device& device, const EvaluateOptions& options,
                const SizeOptions& wanted) {
  SizeResult result = sized(network, device, options, wanted);
  if (options.penalties) result.answer.penalty = penalty_of(network, *options.penalties).total;
  return result;
}

}  // namespace rowflow

// Where in the pipeline contexts may begin (T18): positions in cuttable_stages().
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// 0, the number of stages, and places between them where few bytes cross (crossing_bytes), all over the pipeline.
std::vector<int> places_of(const std::vector<Bytes>& crossing);

/// Those that the user names: the first stage of a layer, or a stage. Throws InputError.
std::vector<int> given_places(const Plan& plan, const std::vector<std::string>& names);

/// Places between two, about evenly: each where fewest bytes cross nearby, of those alike nearest to its part of the
/// way. Evenly, lest one stage after the other be cut off.
std::set<int> places_within(const std::vector<Bytes>& crossing, int first, int last);

}  // namespace rowflow

#include "sim/mapper/context_places.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/compile/cut_pipeline.hpp"
#include "sim/compile/names.hpp"

namespace rowflow {

namespace {

constexpr std::size_t most_places = 64;  // between which contexts lie
constexpr int parts_of_gap = 16;         // where no context holds what lies between two places
constexpr std::size_t stretches = 32;    // of the order, each of which keeps its best place

}  // namespace

std::vector<int> places_of(const std::vector<Bytes>& crossing) {
  const auto count = static_cast<int>(crossing.size());
  std::vector<int> by_bytes;
  for (int p = 1; p < count; ++p) by_bytes.push_back(p);
  std::stable_sort(by_bytes.begin(), by_bytes.end(), [&](int a, int b) {
    return crossing[static_cast<std::size_t>(a)] < crossing[static_cast<std::size_t>(b)];
  });
  std::set<int> places{0, count};
  if (by_bytes.size() > most_places) {
    std::set<std::size_t> served;
    for (const int p : by_bytes)
      if (served.insert(static_cast<std::size_t>(p) * stretches / crossing.size()).second) places.insert(p);
  }
  for (const int p : by_bytes) {
    if (places.size() >= most_places + 2) break;
    places.insert(p);
  }
  return {places.begin(), places.end()};
}

std::vector<int> given_places(const Plan& plan, const std::vector<std::string>& names) {
  const std::vector<int> stages = cuttable_stages(plan);
  std::set<int> places{0, static_cast<int>(stages.size())};
  for (const std::string& name : names) {
    require_known_name("--contexts", "stage or layer", name, stage_and_layer_names(plan));
    const auto found = std::find_if(stages.begin(), stages.end(),
                                    [&](int s) { return plan.stage(s).name == name || plan.stage(s).layer == name; });
    if (found == stages.end())
      throw InputError("--contexts", fmt::format("found \"{}\", expected a layer that is computed", name));
    places.insert(static_cast<int>(found - stages.begin()));
  }
  return {places.begin(), places.end()};
}

std::set<int> places_within(const std::vector<Bytes>& crossing, int first, int last) {
  const int length = last - first, reach = length / (2 * parts_of_gap);
  const auto bytes = [&](int place) { return crossing[static_cast<std::size_t>(place)]; };
  std::set<int> places;
  for (int part = 1; part < parts_of_gap; ++part) {
    const int center = first + length * part / parts_of_gap;
    int best = std::clamp(center, first + 1, last - 1);
    for (int distance = 1; distance <= reach; ++distance)
      for (const int place : {center - distance, center + distance})
        if (place > first && place < last && bytes(place) < bytes(best)) best = place;
    places.insert(best);
  }
  return places;
}

}  // namespace rowflow

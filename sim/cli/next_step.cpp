#include "sim/cli/next_step.hpp"

#include <algorithm>

#include "sim/cli/check_request.hpp"
#include "sim/metrics/contexts_result.hpp"

namespace rowflow {

namespace {

void append_values(const DesignPoint& point, const KnobRow& row, std::vector<std::string>& words) {
  for (const auto& [name, value] : point.values(row.knob)) {
    words.emplace_back(row.flag);
    if (row.shape == KnobShape::one) words.push_back(value);
    if (row.shape == KnobShape::names) words.push_back(name);
    if (row.shape == KnobShape::by_name) words.push_back(name + "=" + value);
  }
}

/// What was asked for, with one of its tile heights.
DesignPoint point_of(const Request& request, const std::string& height = "") {
  DesignPoint point = request.point;
  if (!height.empty())
    point.set(Knob::tile_height, height);
  else if (request.tile_heights.size() == 1)
    point.set(Knob::tile_height, request.tile_heights.front());
  return point;
}

DesignPoint without(DesignPoint point, std::initializer_list<Knob> knobs) {
  for (const Knob knob : knobs) point.forget(knob);
  return point;
}

/// "full,28,14,7,4,2,1", as far as some block is higher.
std::string heights_below(const Plan& plan) {
  Rows most = 1;
  for (const SeBlock& block : plan.se_blocks) most = std::max(most, block.height);
  std::string heights = "full";
  for (const Rows height : {28, 14, 7, 4, 2, 1})
    if (height < most) heights += "," + std::to_string(height);
  return heights;
}

NextStep compare_heights(const Request& request, const Plan& plan) {
  const DesignPoint point = without(point_of(request), {Knob::tile_height, Knob::tile_first, Knob::block_heights});
  return {command_of(point, "run", {"--tile-height", heights_below(plan)}), "what tiles of the SE blocks change"};
}

bool of_budget(const Plan& plan) {
  return std::any_of(plan.fit.resources.begin(), plan.fit.resources.end(), [](const ResourceUse& use) {
    return use.name == "buffer_budget_bytes" && use.demand > use.limit;
  });
}

NextStep not_fitting(const Request& request, const RunResult& result) {
  const DesignPoint point = point_of(request);
  if (of_budget(result.plan))
    return {command_of(without(point, {Knob::buffer_kib}), "size"), "the least that its buffers can take"};
  if (point.value(Knob::fit) == "require")
    return {command_of(without(point, {Knob::fit}), "run"), "in several contexts, one after another"};
  return {command_of(without(point, {Knob::fit}), "run", {"--fit", "assume"}), "as if the device had enough"};
}

}  // namespace

std::string command_of(const DesignPoint& point, const std::string& command, const std::vector<std::string>& more) {
  std::vector<std::string> words{"rowflow", command, point.value(Knob::network)};
  for (const KnobRow& row : knobs())
    if (row.flag != nullptr && row.knob != Knob::network && has_knob(command_named(command), row) &&
        point.given(row.knob))
      append_values(point, row, words);
  words.insert(words.end(), more.begin(), more.end());
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  return join_arguments(static_cast<int>(arguments.size()), arguments.data());
}

NextStep next_step(const Request& request, const RunResult& result) {
  if (!request.recalled.empty()) return {};
  const DesignPoint point = point_of(request);
  if (result.status == RunStatus::deadlock)
    return {
        command_of(without(point, {Knob::buffers, Knob::capacities, Knob::buffer_kib}), "run", {"--buffers", "best"}),
        "buffers that do not deadlock"};
  if (result.status == RunStatus::does_not_fit) return not_fitting(request, result);
  if (point.value(Knob::frames) == "1") return {command_of(without(point, {Knob::frames}), "run"), "throughput too"};
  if (!result.plan.se_blocks.empty() && request.tile_heights.size() <= 1) return compare_heights(request, result.plan);
  if (result.several)
    return {command_of(without(point, {Knob::batch}), "run", {"--batch", std::to_string(2 * result.several->batch)}),
            "larger batches share switches and reloads"};
  return {command_of(point, "explain"), "what limits it, and what single changes give"};
}

NextStep next_step(const Request& request, const Comparison& comparison) {
  const std::size_t row = comparison.recommended.row.value_or(0);
  const RunResult& best = comparison.rows[row].iso_throughput;
  const std::string label = best.plan.se_blocks.empty() ? "" : comparison.rows[row].label;
  const DesignPoint point = point_of(request, label);
  if (best.status != RunStatus::ok) return next_step(request, best);
  if (best.several) return {command_of(point, "run", {"-v"}), "where the time goes, context by context"};
  return {command_of(point, "explain"), "what limits it, and what single changes give"};
}

NextStep next_step_of_plan(const Request& request, bool fits, bool several) {
  const DesignPoint point = point_of(request);
  if (fits || several) return {command_of(point, "run"), "simulates it"};
  return {command_of(without(point, {Knob::fit}), "run", {"--fit", "assume"}), "as if the device had enough"};
}

}  // namespace rowflow

#include "tests/support/random_plan.hpp"

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "tests/support/oracle.hpp"
#include "tests/support/plan_to_test_json.hpp"
#include "tests/support/random_plan_builder.hpp"
#include "tests/support/random_tables.hpp"

namespace rowflow::test {

std::int64_t RandomPlanBuilder::draw(std::int64_t low, std::int64_t high) {
  const std::uint32_t choice = next_ < tape_.size() ? tape_[next_] : 0;
  ++next_;
  return low + choice % (high - low + 1);
}

int RandomPlanBuilder::add_stage(StageKind kind, const std::vector<Rows>& emits) {
  const int index = static_cast<int>(plan_.stages.size());
  Stage stage;
  stage.name = stage.layer = std::string(to_string(kind)) + std::to_string(index);
  stage.kind = kind;
  stage.latency = chance(30) ? draw(0, 3 * longest_cost_) : 0;
  const Cycles cost = chance(15) ? 0 : draw(1, longest_cost_);
  const bool uneven = chance(25);
  for (std::size_t i = 0; i < emits.size(); ++i) stage.cost.push_back(uneven ? draw(0, 2 * cost) : cost);
  plan_.stages.push_back(stage);
  emits_.push_back(emits);
  return index;
}

void RandomPlanBuilder::connect(int from, int to, const std::vector<Rows>& needs, const std::vector<Rows>& releases,
                                BufferRole role) {
  Buffer buffer;
  buffer.name = stage(from).name + "->" + stage(to).name;
  buffer.from = from;
  buffer.to = to;
  buffer.role = role;
  buffer.level = MemoryLevel::l3;
  buffer.rows_per_frame = rows(from);
  buffer.row_elements = buffer.row_bytes = 8;
  if (chance(20)) buffer.transfer_latency = draw(0, 2 * longest_cost_);
  if (chance(20)) buffer.credit_latency = draw(0, 2 * longest_cost_);
  const int index = static_cast<int>(plan_.buffers.size());
  plan_.buffers.push_back(buffer);
  stage(from).outputs.push_back({index, emits_[static_cast<std::size_t>(from)]});
  stage(to).inputs.push_back({index, needs, releases});
}

/// Every stage without a consumer gets a sink, and now and then another stage too.
void RandomPlanBuilder::sinks() {
  const int stages = static_cast<int>(plan_.stages.size());
  for (int s = 0; s < stages; ++s) {
    if (!stage(s).outputs.empty() && !(s > 0 && chance(5))) continue;
    const int sink = row_stage(StageKind::sink, s);
    stage(sink).latency = 0;
    if (chance(50)) std::fill(stage(sink).cost.begin(), stage(sink).cost.end(), 0);
  }
}

void RandomPlanBuilder::capacities() {
  const auto policy = draw(0, 5);
  for (Buffer& buffer : plan_.buffers) {
    Rows largest_emit = 0, largest_gap = 0, before = 0;
    for (const StageOutput& port : stage(buffer.from).outputs)
      if (&plan_.buffers[static_cast<std::size_t>(port.buffer)] == &buffer)
        for (const Rows e : port.emits) largest_emit = std::max(largest_emit, e - std::exchange(before, e));
    before = 0;
    for (const StageInput& port : stage(buffer.to).inputs)
      if (&plan_.buffers[static_cast<std::size_t>(port.buffer)] == &buffer)
        for (std::size_t i = 0; i < port.needs.size(); ++i)
          largest_gap = std::max(largest_gap, port.needs[i] - std::exchange(before, port.releases[i]));
    const Rows least = std::max(largest_emit, largest_gap);
    switch (policy == 5 ? draw(0, 4) : policy) {
      case 0:
        buffer.capacity_rows = least + buffer.rows_per_frame;
        break;
      case 1:
        buffer.capacity_rows = least + draw(0, 2);
        break;
      case 2:
        buffer.capacity_rows = least + draw(0, buffer.rows_per_frame);
        break;
      case 3:
        buffer.capacity_rows = chance(80) ? least + 1 : largest_emit;
        break;
      default:
        buffer.capacity_rows = chance(50) ? unlimited_rows : least + draw(0, 3 * buffer.rows_per_frame);
    }
  }
}

void RandomPlanBuilder::pacing() {
  if (!chance(25)) return;
  const Rows rows_in = static_cast<Rows>(stage(0).steps());
  if (chance(30)) {
    plan_.pacing.row_interval = draw(0, 2 * longest_cost_);
    if (chance(50)) plan_.pacing.frame_period = rows_in * plan_.pacing.row_interval + draw(1, 50);
  } else {
    plan_.pacing.frame_period = draw(1, 4 * rows_in * longest_cost_);
    plan_.pacing.row_interval = plan_.pacing.frame_period / rows_in;
    plan_.pacing.row_remainder = plan_.pacing.frame_period % rows_in;
  }
}

Plan RandomPlanBuilder::build() {
  longest_cost_ = std::vector<Cycles>{3, 10, 20, 100}[static_cast<std::size_t>(draw(0, 3))];
  const int source = add_stage(StageKind::source, one_each(draw(1, 12)));
  stage(source).latency = 0;
  if (chance(50)) std::fill(stage(source).cost.begin(), stage(source).cost.end(), 0);
  open_.push_back(source);
  open_.push_back(row_stage(StageKind::conv, source));
  std::fill(stage(1).cost.begin(), stage(1).cost.end(), draw(1, longest_cost_));  // so that a frame takes time
  for (auto count = draw(0, 7); count > 0; --count) operation();
  sinks();
  capacities();
  pacing();
  plan_.network.name = "random";
  plan_.buffer_policy = BufferPolicy::file;
  plan_.tile_height = "full";
  return plan_;
}

Plan plan_from_tape(const Tape& tape) { return RandomPlanBuilder(tape).build(); }

Plan random_plan(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Tape tape(600);
  for (auto& choice : tape) choice = static_cast<std::uint32_t>(random() >> 33);
  return plan_from_tape(tape);
}

Plan made_live(Plan plan) {
  for (;;) {
    const oracle::Result result = oracle::evaluate(plan_to_test_json(plan), 1);
    if (result.completed) return plan;
    for (const oracle::Wait& wait : result.unfinished)
      if (wait.for_space)
        for (Buffer& buffer : plan.buffers)
          if (buffer.name == wait.buffer) ++buffer.capacity_rows;
  }
}

Plan with_jitter(Plan plan, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (Stage& stage : plan.stages)
    for (Cycles& cost : stage.cost) cost = static_cast<Cycles>(random() % static_cast<std::uint64_t>(2 * cost + 4));
  return plan;
}

}  // namespace rowflow::test

// Energy of a frame, on plans made by hand.
#include "sim/metrics/energy.hpp"

#include <numeric>

#include "tests/support/catch.hpp"
#include "tests/support/plan_builder.hpp"

using namespace rowflow;

namespace {

constexpr std::size_t macs = static_cast<std::size_t>(EnergyPart::macs), l2 = static_cast<std::size_t>(EnergyPart::l2),
                      l3 = static_cast<std::size_t>(EnergyPart::l3), l4 = static_cast<std::size_t>(EnergyPart::l4),
                      host = static_cast<std::size_t>(EnergyPart::host),
                      link = static_cast<std::size_t>(EnergyPart::link);

/// Four rows through a convolution of three rows; rows of 16 bytes; 100 MACs and 6 bytes of weights a step.
Plan chain() {
  test::PlanBuilder build;
  const int source = build.stage("source", 4, 1), conv = build.stage("conv", 4, 10), sink = build.stage("sink", 4, 1);
  build.connect(source, conv, 4, {1, 2, 3, 4}, {2, 3, 4, 4}, {0, 1, 2, 4});
  build.connect(conv, sink, 2);
  Plan plan = build.finish();
  Stage& stage = plan.stage(conv);
  stage.macs_per_step = 100;
  stage.weight_bytes = stage.step_weight_bytes = 6;
  stage.subclusters = 1;
  plan.mapping.device_clusters = 1;
  plan.mapping.limit.subclusters = 1;
  plan.mapping.l2_bytes = 2;  // a third of the weights
  plan.device.clock_hz = 1'000'000;
  plan.device.energy = EnergyFigures{{1000, 500, 2000}, {5'000'000, 4'000'000, 10'000'000}, 10, 20, 3, 5, 100};
  return plan;
}

double sum(const EnergyParts& parts) { return std::accumulate(parts.begin(), parts.end(), 0.0); }

}  // namespace

TEST_CASE("the predicted figure is static power and energy of a MAC, whatever the shares") {
  Plan plan = chain();
  const auto spent = energy(plan, 1000.0);  // a millisecond a frame
  REQUIRE(spent);
  CHECK(spent->watts.value == Approx(1 + 400 * 5e-9 * 1000));
  CHECK(spent->watts.low == Approx(0.5 + 400 * 4e-9 * 1000));
  CHECK(spent->watts.high == Approx(2 + 400 * 10e-9 * 1000));
  CHECK(spent->frame_joules.value == Approx(1e-3 * spent->watts.value));
  CHECK(spent->static_joules == Approx(1e-3));
  CHECK(watts(*plan.device.energy, 400'000).value == Approx(spent->watts.value));
  plan.device.energy->l3_byte = 1000;
  CHECK(energy(plan, 1000.0)->watts.value == Approx(spent->watts.value));
  // Twice the interval: the MACs cost the same, the board idles twice as long.
  CHECK(energy(plan, 2000.0)->frame_joules.value == Approx(2e-3 + 400 * 5e-9));
}

TEST_CASE("shares by hand: MACs, weights by where they lie, rows written and read by windows, the link") {
  const Plan plan = chain();
  const DynamicEnergy spent = dynamic_energy(plan, *plan.device.energy);
  // conv reads 2 + 3 + 3 + 2 rows; everyone writes each row once, the sink reads each once.
  const double in_l3 = 3 * (16 * (4 + 10 + 4 + 4) + 4 * 6 * 2.0 / 3), in_l2 = 20 * 4 * 6 / 3.0;
  const double weights = 10 * 400 + in_l2 + in_l3 + 100 * 16 * (4 + 4);
  const double joules = 400 * 5e-9;
  CHECK(spent.joules.value == Approx(joules));
  CHECK(spent.parts[macs] == Approx(joules * 4000 / weights));
  CHECK(spent.parts[l2] == Approx(joules * in_l2 / weights));
  CHECK(spent.parts[l3] == Approx(joules * in_l3 / weights));
  CHECK(spent.parts[link] == Approx(joules * 12800 / weights));
  CHECK(sum(spent.parts) == Approx(joules));
  CHECK(std::accumulate(spent.stages.begin(), spent.stages.end(), 0.0) == Approx(joules));
  CHECK(spent.stages[0] == Approx(joules * (3 * 16 * 4 + 100 * 16 * 4) / weights));
  const auto whole = energy(plan, 1000.0);
  CHECK(whole->kinds.at(StageKind::source) == Approx(spent.stages[0]));
  CHECK(whole->kinds.at(StageKind::conv) == Approx(spent.stages[1]));
}

TEST_CASE("rows in other levels weigh as those") {
  Plan plan = chain();
  plan.buffers[0].level = MemoryLevel::l4;
  const DynamicEnergy in_l4 = dynamic_energy(plan, *plan.device.energy);
  CHECK(in_l4.parts[l4] / in_l4.parts[macs] == Approx(5.0 * 16 * (4 + 10) / 4000));
  plan.buffers[0].level = MemoryLevel::host;
  const DynamicEnergy on_host = dynamic_energy(plan, *plan.device.energy);
  CHECK(on_host.parts[l4] == 0);
  CHECK(on_host.parts[host] / on_host.parts[macs] == Approx(100.0 * 16 * (4 + 10) / 4000));
  CHECK(on_host.joules.value == Approx(in_l4.joules.value));
}

TEST_CASE("no energy without figures, without time, without MACs") {
  Plan plan = chain();
  CHECK_FALSE(energy(plan, 0.0));
  RunResult stuck;
  stuck.plan = plan;
  stuck.status = RunStatus::deadlock;
  CHECK_FALSE(energy(stuck));
  plan.stages[1].macs_per_step = 0;
  plan.stages[1].step_weight_bytes = 0;
  const auto idle = energy(plan, 1000.0);
  CHECK(idle->watts.value == Approx(1));
  CHECK(sum(idle->dynamic.parts) == 0);
  plan.device.energy.reset();
  CHECK_FALSE(energy(plan, 1000.0));
}

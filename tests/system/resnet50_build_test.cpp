// The public build of ResNet-50: an allocation known to fit the chip and to run at full rate.
#include "sim/base/units.hpp"
#include "sim/config/mapping_file.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/plan/untimed.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

const std::string configs = std::string(ROWFLOW_SOURCE_DIR) + "/configs/";

Network resnet() { return build_network(read_network_config(configs + "networks/resnet_v1_50.json")); }
Device chip() { return read_device(configs + "devices/hailo8.json"); }

EvaluateOptions build(bool with_depths) {
  const MappingFile file = read_mapping_file(configs + "mappings/resnet_v1_50.json");
  EvaluateOptions options;
  options.mapping = file.layers;
  if (with_depths) options.fifo_rows = file.fifo_rows;
  return options;
}

}  // namespace

TEST_CASE("the public ResNet-50 build fits, and its FIFO depths lose no throughput") {
  const RunResult result = evaluate(resnet(), chip(), build(true));
  CHECK(result.plan.fit.fits);
  REQUIRE(result.status == RunStatus::ok);
  CHECK(result.saturated.throughput.interval->value() == static_cast<double>(result.plan.bounds.stage_interval));
  const auto subclusters = [&](const char* stage) {
    return result.plan.stages[static_cast<std::size_t>(find_stage(result.plan, stage))].subclusters;
  };
  CHECK(subclusters("conv1") == 16);
  CHECK(subclusters("conv45") == 24);
}

TEST_CASE("full-rate depths of its allocation are never deeper than those it ships with, and at most four rows less") {
  const MappingFile file = read_mapping_file(configs + "mappings/resnet_v1_50.json");
  const Plan plan = plan_point(resnet(), chip(), build(false));
  for (const auto& [name, shipped] : file.fifo_rows) {
    const int b = find_buffer(plan, name);
    REQUIRE(b >= 0);
    const Rows ours = plan.buffers[static_cast<std::size_t>(b)].capacity_rows - smallest_capacity(plan, b);
    CAPTURE(name, shipped, ours);
    CHECK(ours <= shipped);
    CHECK(ours >= shipped - 4);
  }
}

TEST_CASE("without any rows beyond the windows the rate is lost") {
  EvaluateOptions options = build(true);
  for (auto& [name, rows] : options.fifo_rows) rows = 0;
  const RunResult tight = evaluate(resnet(), chip(), options);
  const bool slower = tight.status == RunStatus::deadlock || tight.saturated.throughput.interval->value() >
                                                                 static_cast<double>(tight.plan.bounds.stage_interval);
  CHECK(slower);
}

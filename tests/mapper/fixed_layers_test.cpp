// Layers whose subclusters the user fixes: the others share what there is, and that is no more than without.
#include "sim/config/locate.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/network/network.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

TEST_CASE("no layer fixed to more than it had makes the slowest stage faster, on a chip too small for all either") {
  const Device device = read_device(resolve_device("hailo8"));
  int larger = 0, slower = 0;
  // Too many controllers, and what fits.
  for (const char* name : {"efficientdet_d0", "mobilenetv3_large", "resnet34"}) {
    CAPTURE(name);
    const Network network = build_network(read_network_config(resolve_network(name)));
    const Plan free = compile(network, device);
    for (std::size_t s = 0; s < free.stages.size(); s += 3) {
      const Stage& stage = free.stages[s];
      if (stage.kind != StageKind::depthwise && stage.kind != StageKind::conv) continue;
      for (const int more : {1, 4}) {
        CAPTURE(stage.name, more);
        CompileOptions options;
        options.mapping[stage.name] = {stage.subclusters + more, {}, {}};
        const Plan fixed = compile(network, device, options);
        CHECK(fixed.stages[s].subclusters == stage.subclusters + more);
        CHECK(fixed.bounds.stage_interval >= free.bounds.stage_interval);
        ++larger;
        slower += fixed.bounds.stage_interval > free.bounds.stage_interval ? 1 : 0;
      }
    }
  }
  CHECK(larger > 20);
  CHECK(slower > 0);
}

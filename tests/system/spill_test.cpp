// T15: which buffers of the mapper's choice lie outside L3.
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

TEST_CASE("T15: nothing goes over the host's link that the chip holds at the same interval") {
  Network network = build_network(read_network_config(resolve_network("se_resnet50")));
  set_tile_height(network, 0);
  EvaluateOptions options;
  options.buffers = "best";
  options.fit = "assume";
  const Plan plan = plan_point(network, read_device(resolve_device("hailo8")), options);
  std::size_t in_l3 = 0;
  for (const Buffer& buffer : plan.buffers) {
    INFO(buffer.name);
    const bool of_an_end = is_end_kind(plan.stage(buffer.from).kind) || is_end_kind(plan.stage(buffer.to).kind);
    if (!of_an_end) CHECK(buffer.level != MemoryLevel::host);
    in_l3 += buffer.level == MemoryLevel::l3 ? 1 : 0;
  }
  CHECK(in_l3 > 100);
}

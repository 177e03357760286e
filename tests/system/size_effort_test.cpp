// size with little effort: an answer all the same, and called the cheapest only where it is.
#include "sim/config/locate.hpp"
#include "sim/network/network.hpp"
#include "sim/studies/size/size.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

TEST_CASE("size: a search that stopped early says that cheaper buffers may be possible") {
  int exact = 0, open = 0;
  for (const auto& [name, tile] : {std::pair{"tiny_se", 4}, {"efficientnet_b0", 7}}) {
    Network network = build_network(read_network_config(resolve_network(name)));
    set_tile_height(network, tile);
    const Device device = read_device(resolve_device("hailo8"));
    const SizeResult finished = size(network, device, {}, {});
    REQUIRE(finished.exact());
    for (const std::int64_t effort : {0, 1, 1000, 100000}) {
      CAPTURE(name, effort);
      SizeOptions wanted;
      wanted.effort = effort;
      const SizeResult found = size(network, device, {}, wanted);
      CHECK(found.price >= finished.price);
      CHECK(found.lower_bound <= finished.price);
      if (found.exact()) CHECK(found.price == finished.price);
      exact += found.exact() ? 1 : 0;
      open += found.lower_bound < found.price ? 1 : 0;  // proven to cost that much at least, and no more
      if (found.lower_bound < found.price) CHECK_FALSE(found.exact());
    }
  }
  CHECK(exact > 0);
  CHECK(open > 0);
}

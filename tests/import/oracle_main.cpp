// A network's plan on hailo8, its times against the oracle's (scripts/wild_table.py):
//   import_oracle NETWORK.json   exit status 0 where they are the same to the cycle, with T = full and 7
#include <iostream>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/plan_json.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/oracle.hpp"

using namespace rowflow;

namespace {

std::string differences_of(Network network, Rows tile) {
  set_tile_height(network, tile);
  EvaluateOptions options;
  options.buffers = "full-rate";
  const Plan plan = plan_point(network, read_device(resolve_device("hailo8")), options);
  const auto expected = oracle::evaluate(nlohmann::json::parse(plan_to_json(plan)), 2);
  return test::differences(plan, simulate(plan, {Timing::decoupled, 2}), expected);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  try {
    const Network network = build_network(read_network_config(arguments[1]));
    for (const Rows tile : {Rows{0}, Rows{7}})
      if (const std::string found = differences_of(network, tile); !found.empty()) {
        std::cout << found << '\n';
        return 1;
      }
  } catch (const InputError& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
  return 0;
}

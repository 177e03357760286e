// Networks with several inputs (T17): read, written, checked and lowered.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/compile/lowering.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"
#include "tests/support/refusal.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

const std::string data = std::string(ROWFLOW_SOURCE_DIR) + "/tests/data/";

/// Why the file is refused, without its folder.
std::string refused(const std::string& file) {
  const std::string text = refusal([&] { build_network(read_network_config(data + file)); });
  const std::size_t at = text.find(": /");
  return at == std::string::npos ? text : text.substr(at + 2);
}

std::vector<std::string> sources(const Plan& plan) {
  std::vector<std::string> names;
  for (const Stage& stage : plan.stages)
    if (stage.kind == StageKind::source) names.push_back(stage.name);
  return names;
}

}  // namespace

TEST_CASE("several inputs: of any order in the file, the first is the paced one") {
  const NetworkConfig config = read_network_config(data + "good/network_two_inputs.json");
  CHECK(config.input_name == "left");
  REQUIRE(config.further_inputs.size() == 1);
  CHECK(config.further_inputs[0].name == "right");
  const Network network = build_network(config);
  CHECK(name_of(network, network_input) == "left");
  CHECK(name_of(network, further_input(0)) == "right");
  CHECK(shape_of(network, further_input(0)) == Shape{96, 160, 3});
  const Plan plan = lower(network, round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(sources(plan) == std::vector<std::string>{"source", "right.conv1.read"});
  CHECK(plan.stage(plan.source).name == "source");
  const Buffer& read = plan.buffer(plan.stage(find_stage(plan, "right.conv1.read")).outputs[0].buffer);
  CHECK(read.prefetch);
  CHECK(read.role == BufferRole::transfer);
  CHECK(plan.stage(read.to).name == "right.conv1");
  // "left" is read twice by its own source, "right" would be by a source each.
  CHECK(plan.stage(plan.source).outputs.size() == 2);
}

TEST_CASE("several inputs: what is written is read as the same") {
  const std::string file = data + "good/network_two_inputs.json";
  const NetworkConfig config = read_network_config(file);
  const std::string text = write_network_config(config);
  CHECK(write_network_config(network_config_from(nlohmann::json::parse(text), file)) == text);
  CHECK(text.find(R"({"name": "right", "height": 96, "width": 160, "channels": 3})") != std::string::npos);
}

TEST_CASE("several inputs: another size over a base, by name") {
  const NetworkConfig config = read_network_config(data + "good/network_two_inputs_base.json");
  CHECK(config.input_width == 192);
  CHECK(config.input_bits == 8);
  CHECK(config.further_inputs.at(0).width == 192);
  CHECK(config.further_inputs.at(0).bits == 16);
  CHECK(refused("semantic/network_base_input_of_two.json") ==
        "/input: the base has several inputs, expected \"inputs\", an object with their names");
  CHECK(refused("semantic/network_base_unknown_input.json") ==
        "/inputs/lift: no input of the base is named \"lift\"; did you mean \"left\"?");
}

TEST_CASE("several inputs: refusals") {
  CHECK(refused("bad/network_inputs_no_name.json").find("/inputs/1") == 0);
  CHECK(refused("semantic/network_input_unread.json") == "/inputs/1: nobody reads the input \"b\"");
  CHECK(refused("semantic/network_input_twice.json") == "/inputs/1/name: the name \"a\" stands twice");
  CHECK(refused("semantic/network_input_like_layer.json") ==
        "/layers/0/name: the name \"c\" stands twice, first as an input");
  CHECK(refused("semantic/network_input_reserved.json") == "/inputs/1/name: the name \"sink\" is reserved");
}

TEST_CASE("several inputs: each reader of a further one has a source of its own") {
  NetworkBuilder net({8, 8, 4});
  const int depth = net.input("depth", {8, 8, 4});
  const int a = net.conv("a", network_input, 4, 3), b = net.conv("b", depth, 4, 3);
  const int sum = net.skip("sum", a, b);
  net.skip("late", net.conv("c", sum, 4), depth);
  Device device = round_device();
  device.fused_add = false;
  const Plan plan = lower(std::move(net).finish(), device).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(sources(plan) == std::vector<std::string>{"source", "b.read", "late.read"});
  for (const Buffer& buffer : plan.buffers)
    CHECK(buffer.prefetch == (buffer.name.find(".read->") != std::string::npos));
}

TEST_CASE("several inputs: an SE block right behind a further one has no bypass on the chip") {
  NetworkBuilder net({8, 8, 4});
  const int depth = net.input("depth", {8, 8, 4});
  net.skip("sum", net.squeeze_excite("se", depth, 2, 3), network_input);
  const Plan plan = lower(std::move(net).finish(), round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(plan.se_blocks.empty());
  CHECK(sources(plan) == std::vector<std::string>{"source", "se.squeeze.read", "se.scale.read"});
}

TEST_CASE("several inputs: a skip counts for the published metric only from what the block pools") {
  const auto skip_channels = [](bool of_the_block) {
    NetworkBuilder net({8, 8, 4});
    const int depth = net.input("depth", {8, 8, 4});
    const int block = net.squeeze_excite("se", net.conv("a", network_input, 4, 3), 2);
    net.skip("sum", block, of_the_block ? network_input : depth);
    const Network network = std::move(net).finish();
    return pipeline_buffering(network, network.layers[1].config.name == "se" ? 1 : 0).skip_channels;
  };
  CHECK(skip_channels(true) == 4);
  CHECK(skip_channels(false) == 0);
}

// What the user reads when a config is wrong: file, pointer, found, expected, nearest name.
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/config/buffers_file.hpp"
#include "sim/config/device.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/mapping_file.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/refusal.hpp"

using namespace rowflow;
using rowflow::test::refusal;

namespace {

const std::string data = std::string(ROWFLOW_SOURCE_DIR) + "/tests/data/";

/// The refusal without the folder.
std::string network_refusal(const std::string& file) {
  const std::string text = refusal([&] { build_network(read_network_config(data + file)); });
  return text.rfind(data, 0) == 0 ? text.substr(data.size()) : text;
}

}  // namespace

TEST_CASE("a missing file, a folder and broken JSON are named") {
  CHECK(refusal([] { read_network_config("no/such.json"); }) == "no/such.json: no such file");
  CHECK(refusal([] { read_network_config(data); }) == data + ": found a folder, expected a file");
  const std::string broken = refusal([] { parse_json("{\n  \"a\": 1,\n  \"b\": ]\n}", "x.json"); });
  CHECK(broken.find("x.json: line 3, column 8: no valid JSON") == 0);
  CHECK(refusal([] { parse_json("", "x.json"); }).find("x.json: line 1, column 1: ") == 0);
  CHECK(refusal([] { parse_json("[{}, {\"a\": {\"b\": 1, \"b\": 2}}]", "x.json"); }) ==
        "x.json: /1/a: the key \"b\" stands twice");
}

TEST_CASE("refusals of the reader") {
  CHECK(network_refusal("bad/network_unknown_key.json") ==
        "bad/network_unknown_key.json: /layers/0/kernal: unknown key \"kernal\"; did you mean \"kernel\"?");
  CHECK(network_refusal("bad/network_wrong_type.json") ==
        "bad/network_wrong_type.json: /layers/0/filters: found string \"many\", expected integer in [1, 1048576]");
  for (const std::string value : {"zero", "negative"}) {
    const std::string file = "bad/network_tile_height_" + value + ".json";
    CHECK(network_refusal(file) == file + ": /layers/1/tile_height: found " + (value == "zero" ? "0" : "-7") +
                                       ", expected \"full\" or integer ≥ 1");
  }
  CHECK(network_refusal("bad/network_se_mode.json").find("/layers/1/se_mode: found string \"tse\", expected one of") !=
        std::string::npos);
  CHECK(network_refusal("bad/network_two_inputs.json").find("/inputs: stands beside \"input\"") != std::string::npos);
  CHECK(network_refusal("bad/network_input_array.json").find("/input: found an array of 2") != std::string::npos);
  CHECK(refusal([] { read_buffers_file(data + "bad/buffers_zero.json"); }).find("/buffers/a: found 0") !=
        std::string::npos);
  CHECK(refusal([] {
          read_device(data + "bad/device_no_provenance.json");
        }).find("/clusters: found a figure without provenance") != std::string::npos);
}

TEST_CASE("a layer of too few or too many inputs, and names that are none") {
  const auto refusal_with = [](const std::string& pointer, const nlohmann::json& value) {
    nlohmann::json network = parse_json_file(data + "good/network_conv.json");
    network[nlohmann::json::json_pointer(pointer)] = value;
    return refusal([&] { build_network(network_config_from(network, "n")); });
  };
  CHECK(refusal_with("/layers/0/inputs", {"input", "input2"}) ==
        "n: /layers/0/inputs: found an array of 2, expected 1 for type conv");
  NetworkConfig config = read_network_config(data + "good/network_conv.json");
  config.layers[0].name = "a b";  // as an import could make one
  CHECK(refusal([&] { build_network(config); }).find("found name \"a b\", expected a letter or _") !=
        std::string::npos);
}

TEST_CASE("maps of different size are not joined along the channels") {
  const auto refusal_of = [](std::int64_t stride) {
    const auto conv = [](const char* name, std::int64_t step) {
      return nlohmann::json{{"name", name}, {"type", "conv"}, {"inputs", {"input"}}, {"filters", 4},
                            {"kernel", 3},  {"stride", step}, {"padding", 1}};
    };
    const nlohmann::json join{{"name", "j"}, {"type", "concat"}, {"inputs", {"a", "b"}}};
    const nlohmann::json network{{"name", "n"},
                                 {"input", {{"height", 8}, {"width", 8}, {"channels", 4}}},
                                 {"layers", {conv("a", 1), conv("b", stride), join}}};
    return refusal([&] { build_network(network_config_from(network, "n")); });
  };
  CHECK(refusal_of(1) == "accepted");
  CHECK(refusal_of(2).find("n: /layers/2/inputs/1: layer \"j\": found a map of 4×4×4, expected the height and width of "
                           "the first, 8×8×4") == 0);
}

TEST_CASE("mapping files: FIFO rows may be left out, and have a most") {
  const auto refusal_with = [](const nlohmann::json& rows) {
    nlohmann::json mapping{{"layers", {{"a", {{"subclusters", 2}}}}}};
    if (!rows.is_null()) mapping["fifo_rows"] = {{"a->b", rows}};
    return refusal([&] { mapping_from(mapping, "m"); });
  };
  CHECK(refusal_with(nullptr) == "accepted");
  CHECK(refusal_with(0) == "accepted");
  CHECK(refusal_with(1'000'000'000) == "accepted");
  CHECK(refusal_with(1'000'000'001).find("m: /fifo_rows/a->b: found 1000000001") == 0);
  CHECK(refusal_with(-1).find("m: /fifo_rows/a->b: found -1") == 0);
}

TEST_CASE("a value is shown whole up to 60 bytes, with its quotes, else its beginning") {
  const auto message = [](std::size_t letters) {
    const nlohmann::json value = std::string(letters, 'x');
    return refusal([&] { Reader("f", value, "/a").integer(1, 2); });
  };
  CHECK(message(58) == "f: /a: found string \"" + std::string(58, 'x') + "\", expected integer in [1, 2]");
  CHECK(message(59) == "f: /a: found string \"" + std::string(56, 'x') + "…, expected integer in [1, 2]");
}

TEST_CASE("refusals of the network's meaning") {
  const auto expect = [](const std::string& name, const std::string& message) {
    const std::string file = "semantic/network_" + name + ".json";
    CHECK(network_refusal(file) == file + ": " + message);
  };
  expect("cycle", "/layers/1: layers feed each other in a cycle: d -> b -> d");
  expect("dangling", "/layers/1/inputs/0: no layer is named \"aa\"; did you mean \"a\"?");
  expect("double_name", "/layers/1/name: the name \"a\" stands twice, first at /layers/0");
  expect("channels_at_join",
         "/layers/2/inputs/1: layer \"j\": found 6 channels joined with 4 (8×8×6 \"b\"), expected equal shapes");
  expect("kernel_too_large",
         "/layers/0/kernel: layer \"a\": found a kernel of 11×11 (with its dilation), expected at most the padded map, "
         "10×10");
  expect("groups", "/layers/0/groups: layer \"a\": found 3 groups, expected a divisor of the 4 input channels");
  expect("overflow", "/layers/0: layer \"a\": its MACs or weights exceed 64 bits");
  expect("unread", "/layers/1: nobody reads layer \"b\", and \"outputs\" does not name it");
}

TEST_CASE("nearest names") {
  CHECK(nearest_name("kernal", {"filters", "kernel"}) == "kernel");
  CHECK(nearest_name("paddign", {"padding"}) == "padding");
  CHECK(nearest_name("HAILO8", {"tiny", "hailo8"}) == "hailo8");
  CHECK_FALSE(nearest_name("colour", {"kernel", "filters"}));
  // Of three letters one slip is the most: neighbours that changed places are one, at either end.
  CHECK(nearest_name("bac", {"abc"}) == "abc");
  CHECK(nearest_name("acb", {"abc"}) == "abc");
  CHECK_FALSE(nearest_name("cab", {"abc"}));
  CHECK(refusal([] { resolve_network("eficientnet_b0"); }) ==
        "no network \"eficientnet_b0\"; did you mean \"efficientnet_b0\"?");
  CHECK(refusal([] { resolve_device("nets/halo8.json"); }) ==
        "nets/halo8.json: no such file; did you mean \"hailo8\"?");
  Network network = build_network(read_network_config(resolve_network("tiny_se")));
  CHECK(refusal([&] { set_tile_height(network, "ze", 2); }).find("did you mean \"se\"?") != std::string::npos);
}

TEST_CASE("devices: what figures come to together is bounded") {
  const auto refusal_with = [](const std::string& pointer, std::int64_t value, const std::string& second,
                               std::int64_t other) {
    nlohmann::json device = parse_json_file(resolve_device("tiny"));
    device[nlohmann::json::json_pointer(pointer)]["value"] = value;
    device[nlohmann::json::json_pointer(second)]["value"] = other;
    return refusal([&] { device_from(device, "d"); });
  };
  CHECK(refusal_with("/clusters", 1'000'000, "/subclusters_per_cluster", 1'000'000) ==
        "d: /subclusters_per_cluster: found 1000000000000 subclusters on the chip, expected at most 16384");
  CHECK(refusal_with("/memory/l3_cuts_per_cluster", 1'000'000, "/memory/cut_bytes", 1'000'000'000)
            .find("d: /memory: found 2000000 cuts") == 0);
  CHECK(refusal_with("/memory/l2_bytes_per_subcluster", 1'000'000'000, "/subclusters_per_cluster", 8'192) ==
        "accepted");
  CHECK(refusal_with("/clusters", 128, "/subclusters_per_cluster", 128) == "accepted");
}

TEST_CASE("devices: figures, provenance, kinds") {
  const Device device = read_device(resolve_device("hailo8"));
  CHECK(device.clock_hz.value == 400'000'000);
  CHECK_FALSE(device.clock_hz.assumed);
  CHECK(&device.of_kind(device.widths, "concat") == &device.widths.at("default"));
  CHECK(&device.of_kind(device.widths, "scale") == &device.widths.at("scale"));
  ParameterUse use;
  use(device.clock_hz);
  use(device.of_kind(device.widths, "scale"));
  use(device.rates.at("depthwise"));
  use(device.rates.at("depthwise"));
  CHECK(use.assumed() == std::vector<std::string>{"rates/depthwise", "widths/scale"});
  CHECK(read_device(resolve_device("tiny")).clock_hz.value == 1'000'000);
  CHECK(read_buffers_file(data + "good/buffers.json").rows == std::map<std::string, std::int64_t>{{"a->b", 3}});
  CHECK(read_buffers_file(data + "good/buffers.json").levels.empty());
  const Parameter bits = read_device(resolve_device("edge_small")).contexts.stored_weight_bits;  // which it leaves out
  CHECK((bits.low == 8 && bits.value == 8 && bits.high == 8));
  const auto levels = read_buffers_file(data + "good/buffers_levels.json").levels;
  CHECK(levels == std::map<std::string, MemoryLevel>{{"b->c", MemoryLevel::host}});
}

// Models with several inputs.
#include "tests/support/catch.hpp"
#include "tests/support/imports.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// Two towers of the same weights, added.
OnnxModel siamese(std::int64_t height = 16) {
  OnnxModel model(3, height, 12);
  model.input("y/rgb", {1, 3, height, 12}).weight("w", {8, 3, 3, 3});
  OnnxModel::set(model.node("Conv", {"x", "w"}, {"a"}), "pads", {1, 1, 1, 1});
  OnnxModel::set(model.node("Conv", {"y/rgb", "w"}, {"b"}), "pads", {1, 1, 1, 1});
  model.node("Add", {"a", "b"}, {"s"});
  model.conv("s", "o", 8, 4, 3).output("o");
  return model;
}

bool warns(const ImportResult& result, const std::string& part) {
  for (const std::string& warning : result.warnings)
    if (contains(warning, part)) return true;
  return false;
}

}  // namespace

TEST_CASE("Two inputs of a model keep their order and their names") {
  OnnxModel model = siamese();
  const ImportResult result = import_of(model);
  CHECK(result.network.input_name == "x");
  REQUIRE(result.network.further_inputs.size() == 1);
  CHECK(result.network.further_inputs[0].name == "y_rgb");
  CHECK(result.network.further_inputs[0].channels == 3);
  CHECK(layer(result, "a").inputs == std::vector<std::string>{"x"});
  CHECK(layer(result, "b").inputs == std::vector<std::string>{"y_rgb"});
  CHECK(warns(result, "of 2 inputs \"x\" comes row by row"));
}

TEST_CASE("An input that no layer reads is left out, and a single one is called input") {
  OnnxModel model(3, 8, 8);
  model.input("z", {1, 2, 4, 4});
  SECTION("read by the host alone") {
    model.conv("z", "c", 2, 4).integers("flat", {1, -1});
    model.node("Reshape", {"x", "flat"}, {"r"});
    model.node("Reshape", {"c", "flat"}, {"s"});
    OnnxModel::set(model.node("Concat", {"r", "s"}, {"o"}), "axis", 1);
    model.output("o");
  }
  SECTION("read by nothing") { model.conv("z", "c", 2, 4).output("c"); }
  const ImportResult result = import_of(model);
  CHECK(result.network.input_name == "input");
  CHECK(result.network.further_inputs.empty());
  CHECK(result.network.input_channels == 2);
  CHECK(layer(result, "c").inputs == std::vector<std::string>{"input"});
}

TEST_CASE("several inputs: --input-size is the size of the inputs that are open") {
  ImportOptions options;
  options.input_size = Size2{24, 12};
  OnnxModel open = siamese(0);
  CHECK(contains(refusal(open), "input \"x\" has an open size"));
  CHECK(contains(refusal(open), "input \"y/rgb\" has an open size"));
  const ImportResult result = import_of(open, options);
  CHECK(result.network.input_height == 24);
  CHECK(result.network.further_inputs.at(0).height == 24);
  OnnxModel fixed = siamese();
  CHECK(contains(refusal(fixed, options), "--input-size: the sizes of the 2 inputs (x, y/rgb) are fixed"));
}

TEST_CASE("A vector beside an image gates it") {
  OnnxModel model(8, 8, 8);
  model.input("metadata", {1, 8, 1, 1}).conv("x", "c", 8, 8, 3);
  model.conv("metadata", "e", 8, 8);
  model.node("Sigmoid", {"e"}, {"g"});
  model.node("Mul", {"c", "g"}, {"m"});
  model.output("m");
  const ImportResult result = import_of(model);
  CHECK(result.network.further_inputs.at(0).name == "metadata");
  CHECK(result.network.further_inputs.at(0).height == 1);
  CHECK(layer(result, "m").type == LayerType::multiply);
}

// Files that are not to be trusted: an InputError, never a crash, never memory without bound.
#include <fstream>

#include "sim/base/error.hpp"
#include "sim/import/import_model.hpp"
#include "sim/import/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/onnx_models.hpp"

using namespace rowflow;
using rowflow::test::OnnxModel;

namespace {

OnnxModel chain(int length) {
  OnnxModel model(4, 16, 16);
  model.weight("w", {4, 4, 1, 1});
  std::string last = "x";
  for (int i = 0; i < length; ++i) {
    const std::string name = "n" + std::to_string(i);
    model.node("Conv", {last, "w"}, {name});
    last = name;
  }
  model.output(last);
  return model;
}

void import_it(OnnxModel& model) { import_model(model.proto(), "hostile.onnx", {}); }

}  // namespace

TEST_CASE("A file of another format, empty, or absent is refused") {
  CHECK_THROWS_AS(parse_model("", "f"), InputError);
  CHECK_THROWS_AS(parse_model(std::string(1000, '\x55'), "f"), InputError);
  CHECK_THROWS_AS(import_onnx("/nonexistent/model.onnx", {}), InputError);
}

TEST_CASE("Every truncation of a model is refused or imports") {
  OnnxModel model = chain(6);
  const std::string bytes = model.proto().SerializeAsString();
  int refused = 0;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    try {
      import_model(parse_model(bytes.substr(0, length), "cut.onnx"), "cut.onnx", {});
    } catch (const InputError&) {
      ++refused;
    }
  }
  CHECK(refused > static_cast<int>(bytes.size()) / 2);
}

TEST_CASE("A cycle is refused") {
  OnnxModel model(4, 8, 8);
  model.weight("w", {4, 4, 1, 1});
  model.node("Add", {"x", "c"}, {"a"});
  model.node("Conv", {"a", "w"}, {"c"});
  model.output("c");
  CHECK_THROWS_WITH(import_it(model), Catch::Matchers::Contains("cycle"));
}

TEST_CASE("A missing tensor is refused by name") {
  OnnxModel model(4, 8, 8);
  model.node("Conv", {"x", "nowhere"}, {"c"});
  model.output("c");
  CHECK_THROWS_WITH(import_it(model), Catch::Matchers::Contains("nowhere"));
}

TEST_CASE("Absurd dimensions are refused without being allocated") {
  const std::int64_t huge = std::int64_t{1} << 62;
  OnnxModel model(4, 8, 8);
  auto* tensor = model.proto().mutable_graph()->add_initializer();
  tensor->set_name("w");
  tensor->set_data_type(onnx::TensorProto::FLOAT);
  for (int k = 0; k < 4; ++k) tensor->add_dims(huge);
  model.node("Conv", {"x", "w"}, {"c"});
  model.output("c");
  CHECK_THROWS_AS(import_it(model), InputError);
  OnnxModel wide(huge, huge, huge);
  wide.node("Relu", {"x"}, {"y"});
  wide.output("y");
  CHECK_THROWS_AS(import_it(wide), InputError);
}

TEST_CASE("100,000 nodes import") {
  OnnxModel model = chain(100000);
  CHECK(import_model(model.proto(), "long.onnx", {}).network.layers.size() == 100000);
}

TEST_CASE("Attributes of a wrong type, negative windows, and operators without inputs are refused") {
  OnnxModel model(4, 8, 8);
  model.weight("w", {4, 4, 3, 3});
  SECTION("type") { OnnxModel::set(model.node("Conv", {"x", "w"}, {"y"}), "strides", "two"); }
  SECTION("stride 0") { OnnxModel::set(model.node("Conv", {"x", "w"}, {"y"}), "strides", {0, 0}); }
  SECTION("negative pads") { OnnxModel::set(model.node("Conv", {"x", "w"}, {"y"}), "pads", {-9, -9, -9, -9}); }
  SECTION("groups 0") { OnnxModel::set(model.node("Conv", {"x", "w"}, {"y"}), "group", std::int64_t{0}); }
  SECTION("window of one") { OnnxModel::set(model.node("MaxPool", {"x"}, {"y"}), "kernel_shape", {3}); }
  SECTION("no inputs") { model.node("Conv", {}, {"y"}); }
  SECTION("one operand") { model.node("Add", {"x"}, {"y"}); }
  model.output("y");
  CHECK_THROWS_AS(import_it(model), InputError);
}

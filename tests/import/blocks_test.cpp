// Squeeze-and-excite and its relatives, as exporters write them.
#include "tests/support/catch.hpp"
#include "tests/support/imports.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// x → a (conv) → block "s", with the excite written by `excite(model)` from "pooled" to "gate".
template <class Excite>
OnnxModel block_model(Excite excite, std::int64_t opset = 13) {
  OnnxModel model(3, 20, 10, opset);
  model.conv("x", "a", 3, 8);
  model.node("GlobalAveragePool", {"a"}, {"pooled"});
  excite(model);
  model.node("Mul", {"a", "gate"}, {"s"});
  model.output("s");
  return model;
}

}  // namespace

TEST_CASE("Squeeze-and-excite in every usual writing is one layer") {
  const auto check = [](OnnxModel model, std::int64_t squeeze, const std::string& gate) {
    const ImportResult result = import_of(model);
    REQUIRE(result.network.layers.size() == 2);
    const LayerConfig& block = layer(result, "s");
    CHECK(block.type == LayerType::squeeze_excite);
    CHECK(block.inputs == std::vector<std::string>{"a"});
    CHECK(block.squeeze_channels == squeeze);
    CHECK(block.gate == gate);
    CHECK(block.tile_height == 0);
    REQUIRE(result.barriers.size() == 1);
    CHECK(result.barriers[0].bypasses[0].elements == 20 * 10 * 8);
  };
  SECTION("convolutions, SiLU and sigmoid") {
    check(block_model([](OnnxModel& m) {
            m.conv("pooled", "r", 8, 2);
            m.node("Sigmoid", {"r"}, {"rs"});
            m.node("Mul", {"r", "rs"}, {"ra"});
            m.conv("ra", "e", 2, 8);
            m.node("Sigmoid", {"e"}, {"gate"});
          }),
          2, "sigmoid");
  }
  SECTION("Flatten, Gemm, HardSigmoid, Unsqueeze") {
    check(block_model([](OnnxModel& m) {
            m.weight("w1", {2, 8}).weight("w2", {8, 2}).weight("b1", {2}).weight("b2", {8}).integers("axes", {2, 3});
            m.node("Flatten", {"pooled"}, {"f"});
            OnnxModel::set(m.node("Gemm", {"f", "w1", "b1"}, {"r"}), "transB", 1);
            m.node("Relu", {"r"}, {"ra"});
            OnnxModel::set(m.node("Gemm", {"ra", "w2", "b2"}, {"e"}), "transB", 1);
            m.node("HardSigmoid", {"e"}, {"h"});
            m.node("Unsqueeze", {"h", "axes"}, {"gate"});
          }),
          2, "hard_sigmoid");
  }
  SECTION("MatMul with a bias behind it, Reshape") {
    check(block_model([](OnnxModel& m) {
            m.weight("w1", {8, 2})
                .weight("w2", {2, 8})
                .weight("b1", {2})
                .weight("b2", {8})
                .integers("flat", {-1, 8})
                .integers("map", {-1, 8, 1, 1});
            m.node("Reshape", {"pooled", "flat"}, {"f"});
            m.node("MatMul", {"f", "w1"}, {"r0"});
            m.node("Add", {"r0", "b1"}, {"r"});
            m.node("Relu", {"r"}, {"ra"});
            m.node("MatMul", {"ra", "w2"}, {"e0"});
            m.node("Add", {"b2", "e0"}, {"e"});
            m.node("Sigmoid", {"e"}, {"h"});
            m.node("Reshape", {"h", "map"}, {"gate"});
          }),
          2, "sigmoid");
  }
  SECTION("one FC") {
    check(block_model([](OnnxModel& m) {
            m.conv("pooled", "e", 8, 8);
            m.node("Sigmoid", {"e"}, {"gate"});
          }),
          0, "sigmoid");
  }
}

TEST_CASE("A gate that scales another map than it pools keeps both inputs") {
  OnnxModel model(3, 16, 16);
  model.conv("x", "a", 3, 8).conv("a", "b", 8, 4);
  OnnxModel::set(OnnxModel::set(model.node("ReduceMean", {"a"}, {"p"}), "axes", {-1, -2}), "keepdims", 1);
  model.conv("p", "e", 8, 4);
  model.node("Sigmoid", {"e"}, {"gate"});
  model.node("Mul", {"b", "gate"}, {"s"});
  model.output("s");
  const ImportResult result = import_of(model);
  CHECK(layer(result, "s").inputs == std::vector<std::string>{"a", "b"});
  CHECK(result.barriers.at(0).kind == "gate");
}

TEST_CASE("The same model gives the same text, and the text reads back as the same network") {
  OnnxModel model = block_model([](OnnxModel& m) {
    m.conv("pooled", "r", 8, 2).conv("r", "e", 2, 8);
    m.node("Sigmoid", {"e"}, {"gate"});
  });
  const std::string text = write_network_config(import_of(model).network);
  CHECK(text == write_network_config(import_of(model).network));
  CHECK(contains(text, "squeeze_excite"));
}

namespace {

/// "gate" of the pooled vector through two FCs and a hard sigmoid that `gate` writes from "e" to "gate".
template <class Gate>
ImportResult hard_gated(Gate gate) {
  OnnxModel model = block_model([&](OnnxModel& m) {
    m.conv("pooled", "r", 8, 2);
    m.node("Relu", {"r"}, {"ra"});
    m.conv("ra", "e", 2, 8);
    m.weight("zero", {}, 0).weight("three", {}, 3).weight("six", {}, 6).weight("sixth", {}, 1 / 6.0F);
    gate(m);
  });
  return import_of(model);
}

}  // namespace

TEST_CASE("A hard gate is one however exporters split its clip") {
  const auto check = [](const ImportResult& result, const std::string& gate) {
    REQUIRE(result.network.layers.size() == 2);
    CHECK(layer(result, "s").type == LayerType::squeeze_excite);
    CHECK(layer(result, "s").gate == gate);
    CHECK(layer(result, "s").activation == "none");
    CHECK(result.warnings.empty());
  };
  SECTION("Add, Relu, Clip, Div: relu6 of torch") {
    check(hard_gated([](OnnxModel& m) {
            m.node("Add", {"e", "three"}, {"g1"});
            m.node("Relu", {"g1"}, {"g2"});
            m.node("Clip", {"g2", "zero", "six"}, {"g3"});
            m.node("Div", {"g3", "six"}, {"gate"});
          }),
          "hard_sigmoid");
  }
  SECTION("Add, Relu, Min, Mul: TensorFlow") {
    check(hard_gated([](OnnxModel& m) {
            m.node("Add", {"three", "e"}, {"g1"});
            m.node("Relu", {"g1"}, {"g2"});
            m.node("Min", {"g2", "six"}, {"g3"});
            m.node("Mul", {"g3", "sixth"}, {"gate"});
          }),
          "hard_sigmoid");
  }
  SECTION("Add, Max, Min, Div") {
    check(hard_gated([](OnnxModel& m) {
            m.node("Add", {"e", "three"}, {"g1"});
            m.node("Max", {"g1", "zero"}, {"g2"});
            m.node("Min", {"g2", "six"}, {"g3"});
            m.node("Div", {"g3", "six"}, {"gate"});
          }),
          "hard_sigmoid");
  }
  SECTION("Mul, Add, Min, Relu: the factor first, the upper limit first") {
    check(hard_gated([](OnnxModel& m) {
            m.weight("half", {}, 0.5F).weight("one", {}, 1);
            m.node("Mul", {"e", "sixth"}, {"g1"});
            m.node("Add", {"g1", "half"}, {"g2"});
            m.node("Min", {"g2", "one"}, {"g3"});
            m.node("Relu", {"g3"}, {"gate"});
          }),
          "hard_sigmoid");
  }
  SECTION("1 + sigmoid") {
    check(hard_gated([](OnnxModel& m) {
            m.weight("one", {}, 1);
            m.node("Sigmoid", {"e"}, {"g1"});
            m.node("Add", {"g1", "one"}, {"gate"});
          }),
          "sigmoid");
  }
}

TEST_CASE("A gate that is nearly squeeze-and-excite says what it lacks") {
  const auto note = [](OnnxModel model) {
    const ImportResult result = import_of(model);
    REQUIRE(result.warnings.size() == 1);
    return result.warnings[0];
  };
  SECTION("groups") {
    CHECK(contains(note(block_model([](OnnxModel& m) {
                     m.weight("w", {8, 2, 1, 1});
                     OnnxModel::set(m.node("Conv", {"pooled", "w"}, {"e"}), "group", 4);
                     m.node("Sigmoid", {"e"}, {"gate"});
                   })),
                   "e works in 4 groups"));
  }
  SECTION("three fully connected layers") {
    CHECK(contains(note(block_model(
                       [](OnnxModel& m) { m.conv("pooled", "r", 8, 2).conv("r", "q", 2, 2).conv("q", "gate", 2, 8); })),
                   "more than two fully connected layers"));
  }
  SECTION("average and maximum") {
    CHECK(contains(note(block_model([](OnnxModel& m) {
                     m.node("GlobalMaxPool", {"a"}, {"most"});
                     m.node("Add", {"pooled", "most"}, {"sum"});
                     m.conv("sum", "e", 8, 8);
                     m.node("Sigmoid", {"e"}, {"gate"});
                   })),
                   "sum (add) is between its pool and its gate"));
  }
  SECTION("a gate that leaves the network too") {
    CHECK(contains(note(block_model([](OnnxModel& m) {
                     m.conv("pooled", "e", 8, 8);
                     m.node("Sigmoid", {"e"}, {"gate"});
                     m.output("gate");
                   })),
                   "others read e too"));
  }
}

// Where a model stops being a network: heads of detectors and what sorts and decodes their results.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/imports.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// x → two levels "a" (16×16) and "b" (8×8), each with a head: a convolution of so many filters.
OnnxModel levels(std::int64_t filters) {
  OnnxModel model(3, 16, 16);
  model.conv("x", "a", 3, 8, 3).weight("down.w", {8, 8, 3, 3});
  OnnxModel::set(OnnxModel::set(model.node("Conv", {"a", "down.w"}, {"b"}), "pads", {1, 1, 1, 1}), "strides", {2, 2});
  model.conv("a", "head_a", 8, filters, 3).conv("b", "head_b", 8, filters, 3);
  return model;
}

constexpr std::int64_t trunk_macs = 256 * 3 * 8 * 9 + 64 * 8 * 8 * 9;
std::int64_t head_macs(std::int64_t filters) { return (256 + 64) * 8 * 9 * filters; }

void check_cut(OnnxModel& model, std::int64_t macs, std::vector<std::string> outputs) {
  const ImportResult result = import_of(model);
  CHECK(build_network(result.network).macs == macs);
  std::vector<std::string> ends = result.network.outputs;
  std::sort(ends.begin(), ends.end());
  CHECK(ends == outputs);
  std::size_t told = 0;
  for (const std::string& warning : result.warnings) told += contains(warning, "cut: ") ? 1 : 0;
  CHECK(told == 1);
}

OnnxModel& transposed(OnnxModel& m, const std::string& in, const std::string& out,
                      const std::vector<std::int64_t>& perm) {
  OnnxModel::set(m.node("Transpose", {in}, {out}), "perm", perm);
  return m;
}

OnnxModel& reshaped(OnnxModel& m, const std::string& in, const std::string& out,
                    const std::vector<std::int64_t>& dims) {
  m.integers(out + ".shape", dims).node("Reshape", {in, out + ".shape"}, {out});
  return m;
}

OnnxModel& joined(OnnxModel& m, const std::vector<std::string>& in, const std::string& out, std::int64_t axis) {
  OnnxModel::set(m.node("Concat", in, {out}), "axis", axis);
  return m;
}

}  // namespace

TEST_CASE("A detector's head is cut where only bookkeeping follows, without an option") {
  SECTION("SSD: permute, flatten, join, softmax") {
    OnnxModel m = levels(24);
    for (const std::string level : {"a", "b"}) {
      transposed(m, "head_" + level, "t" + level, {0, 2, 3, 1});
      reshaped(m, "t" + level, "r" + level, {1, -1, 6});
    }
    joined(m, {"ra", "rb"}, "all", 1);
    OnnxModel::set(m.node("Softmax", {"all"}, {"scores"}), "axis", 2);
    m.output("scores");
    check_cut(m, trunk_macs + head_macs(24), {"head_a", "head_b"});
  }
  SECTION("YOLO without decoding") {
    OnnxModel m = levels(21);
    for (const std::string level : {"a", "b"}) {
      reshaped(m, "head_" + level, "r" + level, {1, 3, 7, level == "a" ? 16 : 8, level == "a" ? 16 : 8});
      transposed(m, "r" + level, "t" + level, {0, 1, 3, 4, 2});
      m.output("t" + level);
    }
    check_cut(m, trunk_macs + head_macs(21), {"head_a", "head_b"});
  }
  SECTION("YOLO with decoding: sigmoid, grid, anchors, one list") {
    OnnxModel m = levels(21);
    m.weight("two", {}, 2)
        .weight("half", {}, 0.5F)
        .integers("0", {0})
        .integers("2", {2})
        .integers("4", {4})
        .integers("7", {7})
        .integers("axis", {4});
    for (const std::string level : {"a", "b"}) {
      const std::int64_t side = level == "a" ? 16 : 8;
      m.weight("grid" + level, {1, 1, side, side, 2}).weight("anchor" + level, {1, 3, side, side, 2});
      reshaped(m, "head_" + level, "r" + level, {1, 3, 7, side, side});
      transposed(m, "r" + level, "t" + level, {0, 1, 3, 4, 2});
      m.node("Sigmoid", {"t" + level}, {"s" + level});
      m.node("Slice", {"s" + level, "0", "2", "axis"}, {"xy" + level});
      m.node("Slice", {"s" + level, "2", "4", "axis"}, {"wh" + level});
      m.node("Slice", {"s" + level, "4", "7", "axis"}, {"rest" + level});
      m.node("Mul", {"xy" + level, "two"}, {"p" + level});
      m.node("Add", {"p" + level, "grid" + level}, {"q" + level});
      m.node("Pow", {"wh" + level, "two"}, {"v" + level});
      m.node("Mul", {"v" + level, "anchor" + level}, {"w" + level});
      joined(m, {"q" + level, "w" + level, "rest" + level}, "y" + level, 4);
      reshaped(m, "y" + level, "flat" + level, {1, -1, 7});
    }
    joined(m, {"flata", "flatb"}, "boxes", 1);
    m.output("boxes");
    check_cut(m, trunk_macs + head_macs(21), {"head_a", "head_b"});
  }
  SECTION("anchor-free with flat outputs, joined along the pixels") {
    OnnxModel m = levels(6);
    reshaped(m, "head_a", "ra", {1, 6, -1});
    reshaped(m, "head_b", "rb", {1, 6, -1});
    joined(m, {"ra", "rb"}, "all", 2);
    transposed(m, "all", "boxes", {0, 2, 1});
    m.output("boxes");
    check_cut(m, trunk_macs + head_macs(6), {"head_a", "head_b"});
  }
  SECTION("GFL: bins turned into distances by a fixed product") {
    OnnxModel m = levels(32);
    m.weight("bins", {8, 1});
    for (const std::string level : {"a", "b"}) {
      reshaped(m, "head_" + level, "r" + level, {1, 32, -1});
      transposed(m, "r" + level, "t" + level, {0, 2, 1});
      reshaped(m, "t" + level, "q" + level, {-1, 8});
      OnnxModel::set(m.node("Softmax", {"q" + level}, {"s" + level}), "axis", 1);
      m.node("MatMul", {"s" + level, "bins"}, {"d" + level});
      m.output("d" + level);
    }
    check_cut(m, trunk_macs + head_macs(32), {"head_a", "head_b"});
  }
  SECTION("distances by a fixed convolution over bins") {
    OnnxModel m = levels(32);
    m.weight("bins", {1, 8, 1, 1});
    reshaped(m, "head_a", "ra", {1, 4, 8, 256});
    transposed(m, "ra", "t", {0, 2, 1, 3});
    OnnxModel::set(m.node("Softmax", {"t"}, {"s"}), "axis", 1);
    m.node("Conv", {"s", "bins"}, {"d"});
    reshaped(m, "d", "y", {1, 4, 256});
    m.output("y").output("head_b");
    check_cut(m, trunk_macs + head_macs(32), {"head_a", "head_b"});
  }
  SECTION("centre points: maxima found by pooling") {
    OnnxModel m = levels(2);
    m.integers("k", {100});
    m.node("Sigmoid", {"head_a"}, {"heat"});
    OnnxModel::set(OnnxModel::set(m.node("MaxPool", {"heat"}, {"most"}), "kernel_shape", {3, 3}), "pads", {1, 1, 1, 1});
    m.node("Equal", {"most", "heat"}, {"same"});
    OnnxModel::set(m.node("Cast", {"same"}, {"keep"}), "to", 1);
    m.node("Mul", {"heat", "keep"}, {"peaks"});
    reshaped(m, "peaks", "list", {1, -1});
    m.node("TopK", {"list", "k"}, {"values", "places"});
    m.output("values").output("places").output("head_b");
    check_cut(m, trunk_macs + head_macs(2), {"head_a", "head_b", "most"});
  }
  SECTION("an operator for non-maximum suppression at the end") {
    OnnxModel m = levels(24);
    m.integers("most", {10}).weight("iou", {1}, 0.5F).weight("score", {1}, 0.1F);
    reshaped(m, "head_a", "ra", {1, 24, 256});
    reshaped(m, "head_b", "rb", {1, -1, 4});
    m.node("NonMaxSuppression", {"rb", "ra", "most", "iou", "score"}, {"chosen"});
    m.output("chosen");
    check_cut(m, trunk_macs + head_macs(24), {"head_a", "head_b"});
  }
  SECTION("an operator of a runtime's own") {
    OnnxModel m = levels(24);
    auto& node = m.node("EfficientNMS_TRT", {"head_a", "head_b"}, {"count", "boxes"});
    node.set_domain("TRT");
    m.output("count").output("boxes");
    check_cut(m, trunk_macs + head_macs(24), {"head_a", "head_b"});
  }
  SECTION("masks: coefficients times prototypes") {
    OnnxModel m = levels(24);
    reshaped(m, "head_a", "prototypes", {1, 24, 256});
    reshaped(m, "head_b", "coefficients", {1, 64, 24});
    m.node("MatMul", {"coefficients", "prototypes"}, {"masks"});
    m.node("Sigmoid", {"masks"}, {"y"});
    m.output("y");
    check_cut(m, trunk_macs + head_macs(24), {"head_a", "head_b"});
  }
  SECTION("an embedding of length 1") {
    OnnxModel m = levels(24);
    m.node("GlobalAveragePool", {"head_b"}, {"p"}).set_name("p");
    reshaped(m, "p", "v", {1, 24});
    OnnxModel::set(m.node("ReduceL2", {"v"}, {"length"}), "axes", std::vector<std::int64_t>{1});
    m.node("Div", {"v", "length"}, {"y"});
    m.output("y").output("head_a");
    check_cut(m, trunk_macs + head_macs(24), {"head_a", "p"});
    CHECK(import_of(m).warnings.size() == 1);  // nothing of the square that the host computes
  }
  SECTION("a branch that takes the map from around it") {
    OnnxModel m = levels(24);
    m.node("ReduceMax", {"head_a"}, {"top"});
    OnnxModel::set(m.node("Cast", {"top"}, {"condition"}), "to", onnx::TensorProto::BOOL);
    auto& node = m.node("If", {"condition"}, {"y"});
    auto* branch = node.add_attribute();
    branch->set_name("then_branch");
    branch->set_type(onnx::AttributeProto::GRAPH);
    auto* inner = branch->mutable_g()->add_node();
    inner->set_op_type("Identity");
    inner->add_input("head_a");
    inner->add_output("inside");
    branch->mutable_g()->add_output()->set_name("inside");
    m.output("y").output("head_b");
    check_cut(m, trunk_macs + head_macs(24), {"head_a", "head_b"});
  }
}

TEST_CASE("TopK and ArgMax at the end are the host's") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).integers("k", {2});
  SECTION("TopK") {
    model.node("TopK", {"c", "k"}, {"y", "i"});
    model.output("y");
  }
  SECTION("ArgMax over columns") {  // over the channels it is a layer
    OnnxModel::set(model.node("ArgMax", {"c"}, {"y"}), "axis", 3);
    model.output("y");
  }
  check_cut(model, 64 * 12, {"c"});
}

TEST_CASE("A product of two results is no end where a layer follows") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).weight("w", {64, 32});
  reshaped(model, "c", "rows", {1, 4, 64});
  reshaped(model, "c", "columns", {1, 64, 4});
  model.node("MatMul", {"columns", "rows"}, {"attention"});
  model.node("MatMul", {"attention", "w"}, {"y"});
  model.output("y");
  CHECK(contains(refusal(model), "\"attention\" (MatMul)"));
}

TEST_CASE("Attention is no bookkeeping, though nothing but bookkeeping follows") {
  const bool has_softmax = GENERATE(true, false);  // or two products: linear attention
  CAPTURE(has_softmax);
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4);
  reshaped(model, "c", "rows", {1, 4, 64});
  reshaped(model, "c", "columns", {1, 64, 4});
  if (has_softmax) {
    model.node("MatMul", {"columns", "rows"}, {"product"});
    OnnxModel::set(model.node("Softmax", {"product"}, {"attention"}), "axis", 2);
    model.node("MatMul", {"attention", "columns"}, {"y"});
  } else {
    model.node("MatMul", {"rows", "columns"}, {"product"});
    model.node("MatMul", {"columns", "product"}, {"y"});
  }
  model.output("y");
  CHECK(contains(refusal(model), "\"product\" (MatMul): a product of two feature maps (attention)"));
}

TEST_CASE("Nothing is cut in front of a layer") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).weight("w", {16, 8, 1, 1});  // too many weights for a decoder's
  transposed(model, "c", "t", {0, 3, 1, 2});
  model.node("Conv", {"t", "w"}, {"y"});
  model.output("y");
  const std::string text = refusal(model);
  UNSCOPED_INFO(text);
  CHECK(contains(text, "\"t\" (Transpose)"));
  CHECK(contains(text, "--outputs"));
}

TEST_CASE(
    "outputs asked for: --outputs ends the network at tensors or nodes, a name that is none is refused with the "
    "nearest") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "first", 3, 4).conv("first", "second", 4, 4);
  model.node("Hardmax", {"second"}, {"h"});
  model.conv("h", "third", 4, 4).output("third");
  CHECK(contains(refusal(model), "\"h\" (Hardmax)"));
  ImportOptions options;
  options.outputs = {"second"};
  CHECK(import_of(model, options).network.outputs == std::vector<std::string>{"second"});
  options.outputs = {"first", "second"};
  CHECK(import_of(model, options).network.outputs == std::vector<std::string>{"first", "second"});
  options.outputs = {"secnd"};
  CHECK(contains(refusal(model, options), "did you mean \"second\"?"));
}

TEST_CASE("Causes come first, alike ones once, what lies behind them is counted, and the ways on are named") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4);
  for (const std::string k : {"1", "2", "3"}) {
    model.node("Hardmax", {"c"}, {"h" + k});
    model.conv("h" + k, "d" + k, 4, 4).conv("d" + k, "e" + k, 4, 4).output("e" + k);
  }
  model.node("GridSample", {"e1", "c"}, {"g"});
  model.output("g");
  const std::string text = refusal(model);
  CHECK(contains(text, "4 problems:"));
  CHECK(contains(text, "\"h1\" (Hardmax) and 2 more"));
  CHECK(contains(text, "\"g\" (GridSample): which rows it reads depends on the data"));
  CHECK(contains(text, "6 nodes behind them are not looked at"));
  CHECK(contains(text, "--assume-free"));
}

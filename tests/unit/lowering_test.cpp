#include "sim/compile/lowering.hpp"

#include <algorithm>
#include <map>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/cost.hpp"
#include "sim/compile/cut_pipeline.hpp"
#include "sim/compile/windows.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

std::vector<std::string> stage_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const Stage& stage : plan.stages) names.push_back(stage.name);
  return names;
}

const Buffer& buffer(const Plan& plan, const std::string& name) {
  const int index = find_buffer(plan, name);
  INFO("buffer " << name);
  REQUIRE(index >= 0);
  return plan.buffers[index];
}

/// expand → SE → project, added to its input, on a 12×6 map.
Network inverted_residual(Rows tile, std::int64_t mid = 2) {
  NetworkBuilder net({12, 6, 4});
  const int stem = net.conv("stem", network_input, 4, 3);
  const int expand = net.conv("expand", stem, 16);
  const int depthwise = net.conv("dw", expand, 16, 3, 16);
  const int se = net.squeeze_excite("se", depthwise, mid, tile);
  const int project = net.conv("project", se, 4);
  net.layer(LayerType::add, "add", {project, stem}, {12, 6, 4});
  return std::move(net).finish();
}

}  // namespace

TEST_CASE("an SE block becomes squeeze, reduce, expand, broadcast, scale (T7)") {
  const Plan plan = lower(inverted_residual(5), round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(stage_names(plan) == std::vector<std::string>{"source", "stem", "expand", "dw", "se.squeeze", "se.reduce",
                                                      "se.expand", "se.broadcast", "se.scale", "project", "sink"});
  CHECK(buffer(plan, "dw->se.scale").role == BufferRole::se_bypass);
  CHECK(buffer(plan, "dw->se.squeeze").role == BufferRole::straight);
  for (const char* name :
       {"se.squeeze->se.reduce", "se.reduce->se.expand", "se.expand->se.broadcast", "se.broadcast->se.scale"}) {
    CHECK(buffer(plan, name).role == BufferRole::vector);
    CHECK(buffer(plan, name).rows_per_frame == 3);  // tiles of 5, 5 and 2 rows
  }
  CHECK(buffer(plan, "se.squeeze->se.reduce").row_elements == 16);
  CHECK(buffer(plan, "se.reduce->se.expand").row_elements == 2);
  CHECK(buffer(plan, "se.broadcast->se.scale").row_elements == 6 * 16);
  const Stage& squeeze = plan.stages[find_stage(plan, "se.squeeze")];
  CHECK(squeeze.outputs[0].emits == std::vector<Rows>{0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3});
  REQUIRE(plan.se_blocks.size() == 1);
  const SeBlock& block = plan.se_blocks[0];
  CHECK(block.tile_height_effective == 5);
  CHECK(block.excite_macs == 3 * 2 * (16 * 2));
  CHECK(plan.stages[block.squeeze].name == "se.squeeze");
  CHECK(plan.stages[block.scale].name == "se.scale");
  CHECK(block.excite.size() == 3);
  CHECK(plan.buffers[block.bypass].name == "dw->se.scale");
}

TEST_CASE(
    "a gate of another height: T pooled rows are as many of the scaled map as the metric counts, and lie beside them") {
  const Rows pooled = GENERATE(1, 5, 16, 32), scaled = GENERATE(1, 7, 16, 24, 32), tile = GENERATE(0, 1, 3, 7, 16);
  INFO(pooled << " pooled, " << scaled << " scaled, T " << tile);
  NetworkBuilder net({32, 32, 8});
  const int a = net.layer(LayerType::upsample, "a", {network_input}, {pooled, 16, 8});
  const int b = net.layer(LayerType::upsample, "b", {network_input}, {scaled, 32, 8});
  net.gate("se", a, b, 2, tile);
  const Network network = std::move(net).finish();
  const Plan plan = lower(network, round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  const Rows rows = tile == 0 ? pooled : std::min(tile, pooled);
  const auto& needs = plan.stages[static_cast<std::size_t>(plan.se_blocks[0].scale)].inputs[1].needs;
  std::map<Rows, Rows> of_vector;
  for (Rows o = 0; o + 1 < scaled; ++o) {
    CHECK(needs[static_cast<std::size_t>(o)] == o * pooled / scaled / rows + 1);
    ++of_vector[needs[static_cast<std::size_t>(o)]];
  }
  CHECK(needs.back() == ceil_div(pooled, rows));
  const Elements a_row = 32 * 8;
  for (const auto& [vector, count] : of_vector) CHECK(count * a_row <= pipeline_buffering(network, 2).elements);
  if (pooled == 16 && scaled == 32 && tile == 7) {
    CHECK(of_vector[1] == 14);
    CHECK(pipeline_buffering(network, 2).elements == 14 * a_row);
  }
}

TEST_CASE("a tile at least as high as the map is plain SE") {
  const Rows tile = GENERATE(0, 12, 13);
  const Plan plan = lower(inverted_residual(tile), round_device()).plan;
  CHECK(plan.se_blocks[0].tile_height_effective == 12);
  CHECK(buffer(plan, "se.squeeze->se.reduce").rows_per_frame == 1);
}

namespace {

Network in_mode(Network network, SqueezeMode mode) {
  for (Layer& layer : network.layers)
    if (layer.config.type == LayerType::squeeze_excite) layer.config.se_mode = mode;
  return network;
}

/// The plan with the costs of one subcluster a stage.
Plan costed(const Network& network, const Device& device) {
  Lowered lowered = lower(network, device);
  ParameterUse use;
  const std::vector<CostModel> models = cost_models(lowered, device, {}, use);
  apply_costs(lowered.plan, models, std::vector<std::int64_t>(models.size(), 1));
  lowered.plan.assumed = use.assumed();
  return lowered.plan;
}

bool assumes(const Plan& plan, const std::string& name) {
  return std::count(plan.assumed.begin(), plan.assumed.end(), name) > 0;
}

}  // namespace

TEST_CASE("cumulative means: the stages, rows and costs of tiles but for a reciprocal a tile in the first FC (T24)") {
  const std::int64_t mid = GENERATE(2, 0);
  const Rows tile = GENERATE(5, 1, 0, 12);
  const Network tiled = inverted_residual(tile, mid);
  const Device device = round_device();
  const Plan before = costed(tiled, device), plan = costed(in_mode(tiled, SqueezeMode::cumulative), device);
  CHECK_NOTHROW(check_plan(lower(in_mode(tiled, SqueezeMode::cumulative), device).plan));
  REQUIRE(stage_names(plan) == stage_names(before));
  const bool several = tile == 5 || tile == 1;  // of one tile there is one mean, that of SE
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const Stage &is = plan.stages[s], &was = before.stages[s];
    INFO(is.name);
    const Cycles more = several && is.name == (mid > 0 ? "se.reduce" : "se.expand") ? 3 : 0;
    for (std::size_t i = 0; i < is.steps(); ++i) CHECK(is.cost[i] == was.cost[i] + more);
    for (std::size_t k = 0; k < is.inputs.size(); ++k) CHECK(is.inputs[k].needs == was.inputs[k].needs);
    for (std::size_t k = 0; k < is.outputs.size(); ++k) CHECK(is.outputs[k].emits == was.outputs[k].emits);
  }
  CHECK(plan.se_blocks[0].cumulative);
  CHECK_FALSE(before.se_blocks[0].cumulative);
  CHECK(assumes(plan, "reciprocal_per_tile") == several);
  CHECK_FALSE(assumes(before, "reciprocal_per_tile"));
  CHECK(pipeline_buffering(in_mode(tiled, SqueezeMode::cumulative), 3).elements ==
        pipeline_buffering(tiled, 3).elements);
}

TEST_CASE("a static gate has no stages, its reader reads the map, and an add fuses through it (T24)") {
  const Network network = in_mode(inverted_residual(5), SqueezeMode::fixed);
  const Plan plan = lower(network, round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(stage_names(plan) == std::vector<std::string>{"source", "stem", "expand", "dw", "project", "sink"});
  CHECK(plan.se_blocks.empty());
  CHECK(buffer(plan, "dw->project").rows_per_frame == 12);
  REQUIRE(plan.warnings.size() == 1);
  CHECK(plan.warnings[0].find("1 of 1 squeeze-and-excite blocks are static") == 0);
  CHECK(pipeline_buffering(network, 3).elements == 0);

  NetworkBuilder net({12, 6, 4});
  const int stem = net.conv("stem", network_input, 4, 3);
  const int conv = net.conv("conv", stem, 4);
  const int gate = net.squeeze_excite("se", conv, 2, 3);
  net.set_mode(gate, SqueezeMode::fixed);
  net.layer(LayerType::add, "add", {gate, stem}, {12, 6, 4});
  const Plan fused = lower(std::move(net).finish(), round_device()).plan;
  CHECK(stage_names(fused) == std::vector<std::string>{"source", "stem", "conv", "sink"});
  CHECK(buffer(fused, "stem->conv").rows_per_frame == 12);
  CHECK(fused.stages[find_stage(fused, "conv")].inputs.size() == 2);
}

TEST_CASE("what only a static gate would pool is left out") {
  NetworkBuilder net({12, 6, 4});
  const int scaled = net.conv("scaled", network_input, 4, 3);
  const int pooled = net.conv("pooled", scaled, 8, 3);
  const int gate = net.gate("se", pooled, scaled, 2, 3);
  net.set_mode(gate, SqueezeMode::fixed);
  const Plan plan = lower(std::move(net).finish(), round_device()).plan;
  CHECK(stage_names(plan) == std::vector<std::string>{"source", "scaled", "sink"});
  REQUIRE(plan.warnings.size() == 2);
  CHECK(plan.warnings[0].find("pooled reaches no output") != std::string::npos);
}

TEST_CASE("device switches: no broadcast stage, no fused add, a single FC has no reduce") {
  Device device = round_device();
  device.broadcast_stage = false;
  device.fused_add = false;
  const Plan plan = lower(inverted_residual(0, 0), device).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(stage_names(plan) == std::vector<std::string>{"source", "stem", "expand", "dw", "se.squeeze", "se.expand",
                                                      "se.scale", "project", "add", "sink"});
  CHECK(buffer(plan, "stem->add").role == BufferRole::skip);
  CHECK(buffer(plan, "project->add").role == BufferRole::straight);
  CHECK(plan.stages[find_stage(plan, "se.expand")].macs_per_step == 16 * 16);
}

TEST_CASE("a fused add is a second input of its convolution (T7)") {
  const Plan plan = lower(inverted_residual(0), round_device()).plan;
  const Stage& project = plan.stages[find_stage(plan, "project")];
  REQUIRE(project.inputs.size() == 2);
  CHECK(plan.buffers[project.inputs[1].buffer].name == "stem->project");
  CHECK(plan.buffers[project.inputs[1].buffer].role == BufferRole::skip);
  CHECK(project.inputs[1].needs == emit_rows(12));
  CHECK(project.inputs[1].releases == emit_rows(12));
}

TEST_CASE(
    "of two candidates the add fuses into the convolution produced last, even if its other operand comes later in the "
    "list") {
  NetworkBuilder net({8, 8, 4});
  const int a = net.conv("a", network_input, 4), b = net.conv("b", network_input, 4);
  const int late = net.layer(LayerType::slice, "late", {a}, {8, 8, 4});
  net.layer(LayerType::add, "add", {b, late}, {8, 8, 4});
  Device device = round_device();
  device.free_slice = false;
  const Plan plan = lower(std::move(net).finish(), device).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(stage_names(plan) == std::vector<std::string>{"source", "a", "late", "b", "sink"});

  NetworkBuilder two({8, 8, 4});
  const int c = two.conv("c", network_input, 4), d = two.conv("d", network_input, 4);
  two.layer(LayerType::add, "add", {d, c}, {8, 8, 4});
  const Plan both = lower(std::move(two).finish(), round_device()).plan;
  CHECK(buffer(both, "c->d").role == BufferRole::skip);
}

TEST_CASE("an add is not fused into a convolution that others read, nor with itself") {
  NetworkBuilder net({8, 8, 4});
  const int a = net.conv("a", network_input, 4);
  const int b = net.layer(LayerType::add, "twice", {a, a}, {8, 8, 4});
  net.layer(LayerType::add, "more", {b, a}, {8, 8, 4});
  const Plan plan = lower(std::move(net).finish(), round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(find_stage(plan, "twice") >= 0);
  CHECK(find_stage(plan, "more") >= 0);
  CHECK(find_buffer(plan, "a->twice#2") >= 0);
}

TEST_CASE("several outputs have a sink each, layers that reach none get no stage") {
  NetworkBuilder net({8, 8, 4});
  const int a = net.conv("a", network_input, 4), b = net.conv("b", a, 4);
  net.conv("dead", a, 4);
  const Plan plan = lower(std::move(net).finish({a, b}), round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(stage_names(plan) == std::vector<std::string>{"source", "a", "b", "sink.a", "sink.b"});
  CHECK(plan.warnings.size() == 1);
}

TEST_CASE("a broadcast operand follows the rule of scale, impossible heights are refused") {
  const auto build = [](Rows rows) {
    NetworkBuilder net({8, 8, 4});
    const int pooled = net.layer(LayerType::global_avg_pool, "gap", {network_input}, {rows, 1, 4});
    net.layer(LayerType::multiply, "mul", {network_input, pooled}, {8, 8, 4});
    return std::move(net).finish();
  };
  const Plan plan = lower(build(1), round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(buffer(plan, "gap->mul").role == BufferRole::vector);
  CHECK(buffer(plan, "source->mul").role == BufferRole::se_bypass);
  const Stage& multiply = plan.stages[find_stage(plan, "mul")];
  CHECK(multiply.inputs[1].needs == std::vector<Rows>(8, 1));
  CHECK(multiply.inputs[1].releases == std::vector<Rows>{0, 0, 0, 0, 0, 0, 0, 1});
}

TEST_CASE(
    "a channel that stands for all is read row by row beside its map, and an arg-max is as wide in as its map (T7, "
    "T8)") {
  NetworkBuilder net({8, 6, 4});
  const int largest = net.layer(LayerType::arg_max, "largest", {network_input}, {8, 6, 1});
  net.layer(LayerType::multiply, "gated", {network_input, largest}, {8, 6, 4});
  const Plan plan = lower(std::move(net).finish(), round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  CHECK(plan.stages[find_stage(plan, "largest")].kind == StageKind::arg_max);
  CHECK(buffer(plan, "largest->gated").row_elements == 6);
  const Stage& gated = plan.stages[find_stage(plan, "gated")];
  for (const StageInput& input : gated.inputs) {
    CHECK(input.needs == std::vector<Rows>{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(input.releases == input.needs);
  }
}

TEST_CASE("convolutions have the cost kinds of T8") {
  NetworkBuilder net({8, 8, 4});
  int last = net.conv("full", network_input, 4, 3);
  last = net.conv("point", last, 8);
  last = net.conv("deep", last, 8, 3, 8);
  net.conv("group", last, 8, 1, 2);
  const Plan plan = lower(std::move(net).finish(), round_device()).plan;
  std::vector<StageKind> kinds;
  for (const Stage& stage : plan.stages) kinds.push_back(stage.kind);
  CHECK(kinds == std::vector<StageKind>{StageKind::source, StageKind::conv, StageKind::pointwise, StageKind::depthwise,
                                        StageKind::grouped, StageKind::sink});
  CHECK(plan.stages[1].macs_per_step == 8 * 4 * 4 * 9);
}

TEST_CASE("a layer called like another's stage is the user's error") {
  NetworkBuilder net({8, 8, 4});
  const int se = net.squeeze_excite("se", network_input, 2);
  net.conv("se.scale", se, 4);
  CHECK_THROWS_AS(lower(std::move(net).finish(), round_device()), InputError);
  NetworkBuilder other({8, 8, 4});
  other.conv("sink", network_input, 4);
  CHECK_THROWS_WITH(lower(std::move(other).finish(), round_device()), Catch::Contains("\"sink\""));
}

TEST_CASE("a layer norm streams row by row, without MACs (T7, T8)") {
  NetworkBuilder net({8, 8, 4});
  net.layer(LayerType::layer_norm, "n", {net.conv("a", network_input, 4, 3)}, {8, 8, 4});
  const Plan plan = lower(std::move(net).finish(), round_device()).plan;
  const Stage& stage = plan.stages[2];
  CHECK(stage.kind == StageKind::normalize);
  CHECK(stage.steps() == 8);
  CHECK(stage.macs_per_step == 0);
  CHECK(stage.inputs[0].needs == std::vector<Rows>{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(stage.outputs[0].emits == stage.inputs[0].releases);
}

TEST_CASE("a cut goes through a block where its bypass comes from before and its scale lies behind") {
  NetworkBuilder net({12, 6, 4});
  int last = net.conv("stem", network_input, 8);
  last = net.squeeze_excite("se1", last, 2, 0);
  last = net.conv("between", last, 8);
  last = net.squeeze_excite("se2", last, 2, 0);
  net.conv("last", last, 8);
  const Plan plan = lower(std::move(net).finish(), round_device()).plan;
  const std::vector<int> stages = cuttable_stages(plan);
  const auto place_of = [&](const std::string& name) {
    const auto found = std::find(stages.begin(), stages.end(), find_stage(plan, name));
    REQUIRE(found != stages.end());
    return static_cast<int>(found - stages.begin());
  };
  for (int position = 0; position < static_cast<int>(stages.size()); ++position) {
    CAPTURE(position);
    std::vector<std::string> expected;
    if (position > place_of("stem") && position <= place_of("se1.scale")) expected.push_back("se1");
    if (position > place_of("between") && position <= place_of("se2.scale")) expected.push_back("se2");
    CHECK(blocks_cut_at(plan, position) == expected);
  }
  const std::vector<Bytes> crossing = crossing_bytes(plan);
  REQUIRE(crossing.size() == stages.size());
  CHECK(crossing[0] == 0);
  // In front of the squeeze: the map of 12·6·8 bytes, read by squeeze and scale, once.
  CHECK(crossing[static_cast<std::size_t>(place_of("stem") + 1)] == 12 * 6 * 8);
  // Behind the scale: what it made.
  CHECK(crossing[static_cast<std::size_t>(place_of("se1.scale") + 1)] == 12 * 6 * 8);
  CHECK(crossing.back() == 12 * 6 * 8);
}

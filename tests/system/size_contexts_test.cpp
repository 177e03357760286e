// The smallest buffers of several contexts: what they hold, and that run --buffers makes the same of them.
#include <algorithm>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/run/run.hpp"
#include "sim/studies/size/size.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

Network shipped(const std::string& name) { return build_network(read_network_config(resolve_network(name))); }

EvaluateOptions contexts_of_best() {
  EvaluateOptions options;
  options.fit = "contexts";
  options.buffers = "best";
  return options;
}

double fps(const RunResult& result) { return *batch_fps(result, result.several->batch); }

/// As rowflow size -o writes them and run --buffers reads them.
EvaluateOptions with_buffers_of(const RunResult& answer, const EvaluateOptions& asked) {
  EvaluateOptions options = asked;
  options.buffers = EvaluateOptions().buffers;
  for (const Buffer& buffer : answer.plan.buffers) {
    options.capacities[buffer.name] = buffer.capacity_rows;
    if (outside_l3(buffer.level)) options.levels[buffer.name] = buffer.level;
  }
  return options;
}

/// Whether the context still takes no longer for a batch when one buffer has a row less.
bool as_fast_with_less(const Plan& plan, std::size_t buffer, int batch, Cycles before) {
  Plan less = plan;
  --less.buffers[buffer].capacity_rows;
  const Measurement run = measure_interval(less);
  return run.completed && run.throughput.proof != Proof::none && time_of_frames(run, batch) <= before;
}

}  // namespace

TEST_CASE("size in several contexts: each context holds its share of the batch in no more than is configured") {
  const Device device = read_device(resolve_device("hailo8"));
  for (const char* name : {"efficientnet_b0", "regnety_400mf", "se_resnet50"}) {
    CAPTURE(name);
    const Network network = shipped(name);
    const SizeResult sized = size(network, device, contexts_of_best(), {});
    REQUIRE(sized.reachable);
    REQUIRE(sized.contexts.size() == sized.configured.several->list.size());
    CHECK(sized.contexts.size() > 1);
    CHECK(fps(sized.answer) >= fps(sized.configured) * (1 - 1e-3));
    CHECK(sized.settled);
    for (const SizeResult& context : sized.contexts) {
      CHECK(context.lower_bound <= context.price);
      CHECK(context.price == total_buffer_bytes(context.answer.plan));
      CHECK(context.price <= total_buffer_bytes(context.configured.plan));
      CHECK(context.price <= sized.price);
      CHECK(context.answer.plan.fit.fits);
    }
    const RunResult again = evaluate(network, device, with_buffers_of(sized.answer, contexts_of_best()));
    REQUIRE(again.several);
    CHECK(fps(again) == fps(sized.answer));
    CHECK(largest(again, total_buffer_bytes) == largest(sized.answer, total_buffer_bytes));
  }
}

TEST_CASE("size in several contexts: a rate asked for is kept, and less of it takes less") {
  const Network network = shipped("efficientnet_b0");
  const Device device = read_device(resolve_device("hailo8"));
  EvaluateOptions options = contexts_of_best();
  options.batch = 4;
  SizeOptions wanted;
  const SizeResult most = size(network, device, options, wanted);
  Bytes before = most.price;
  for (const double share : {0.9, 0.7, 0.5}) {
    wanted.min_fps = share * fps(most.answer);
    const SizeResult less = size(network, device, options, wanted);
    REQUIRE(less.reachable);
    CHECK(fps(less.answer) >= wanted.min_fps);
    CHECK(fps(less.answer) < fps(most.answer));
    CHECK(less.price < before);
    before = less.price;
  }
  wanted.min_fps = 1.01 * most.highest_fps;
  CHECK_FALSE(size(network, device, options, wanted).reachable);
}

TEST_CASE("size in several contexts: where the answer is proven, hardly a buffer can be a row less alone") {
  const Network network = shipped("tiny_se");
  const Device device = read_device(resolve_device("hailo8"));
  EvaluateOptions options = contexts_of_best();
  options.context_cuts = {"se.scale"};
  const SizeResult sized = size(network, device, options, {});
  REQUIRE(sized.contexts.size() == 2);
  int can = 0, all = 0;
  for (std::size_t c = 0; c < sized.contexts.size(); ++c) {
    const Plan& plan = sized.contexts[c].answer.plan;
    CHECK(sized.contexts[c].exact());
    const Cycles before = time_of_frames(sized.answer.several->list[c].run, sized.answer.several->batch);
    for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
      if (plan.buffers[b].capacity_rows <= smallest_capacity(plan, static_cast<int>(b))) continue;
      ++all;
      can += as_fast_with_less(plan, b, sized.answer.several->batch, before) ? 1 : 0;
    }
  }
  CHECK(all > 0);
  CHECK(can == 0);
}

TEST_CASE("size: what fits is sized as it is mapped, and never worse than it is") {
  const Network network = shipped("stdc1");  // whose mapping is beyond what a file of depths says
  const Device device = read_device(resolve_device("hailo8"));
  const EvaluateOptions options = contexts_of_best();
  SizeOptions wanted;
  wanted.effort = 10'000'000;
  wanted.cuts = true;
  const SizeResult sized = size(network, device, options, wanted);
  REQUIRE(sized.contexts.empty());
  CHECK(sized.configured.plan.fit.fits);
  CHECK(sized.answer.plan.fit.fits);
  CHECK(*batch_fps(sized.answer, 1) >= *batch_fps(sized.configured, 1) * (1 - 1e-9));
}

TEST_CASE("size: levels in a file of depths bring run --buffers to the same plan") {
  const Network network = shipped("efficientdet_d0");
  const Device device = read_device(resolve_device("hailo8"));
  const EvaluateOptions options = contexts_of_best();
  SizeOptions wanted;
  wanted.effort = 10'000'000;
  const SizeResult sized = size(network, device, options, wanted);
  REQUIRE(sized.settled);
  EvaluateOptions file = with_buffers_of(sized.answer, options);
  CHECK_FALSE(file.levels.empty());
  CHECK(fps(evaluate(network, device, file)) == fps(sized.answer));
  file.levels.clear();
  CHECK(batch_fps(evaluate(network, device, file), file.batch).value_or(0) < fps(sized.answer));
}

TEST_CASE("size in several contexts: levels in the file change no context, with row forwarding neither") {
  Network tiled = shipped("se_resnet50");
  set_tile_height(tiled, 7);
  Device device = read_device(resolve_device("hailo8"));
  device.row_forwarding = true;
  SizeOptions wanted;
  wanted.min_fps = 1;
  const SizeResult sized = size(tiled, device, contexts_of_best(), wanted);
  REQUIRE(sized.settled);
  const EvaluateOptions file = with_buffers_of(sized.answer, contexts_of_best());
  CHECK_FALSE(file.levels.empty());
  CHECK(fps(evaluate(tiled, device, file)) == fps(sized.answer));
}

TEST_CASE("contexts: depths that deadlock one of them are an answer, with what would cure it") {
  EvaluateOptions options = contexts_of_best();
  options.capacities["s5.b1.dw->s5.b1.se.scale"] = 2;
  const RunResult result = evaluate(shipped("efficientnet_b2"), read_device(resolve_device("hailo8")), options);
  CHECK(result.status == RunStatus::deadlock);
  REQUIRE(result.deadlock);
  REQUIRE(result.deadlock->cure.size() == 1);
  const CapacityChange& cure = result.deadlock->cure.front();
  CHECK(result.plan.buffer(cure.buffer).name == "s5.b1.dw->s5.b1.se.scale");
  const SizeResult sized = size(shipped("efficientnet_b2"), read_device(resolve_device("hailo8")), options, {});
  CHECK(sized.configured.status == RunStatus::deadlock);
  CHECK(sized.answer.status == RunStatus::ok);
  CHECK(sized.contexts.size() == 6);
  options.capacities["s5.b1.dw->s5.b1.se.scale"] = cure.capacity_rows;
  CHECK(evaluate(shipped("efficientnet_b2"), read_device(resolve_device("hailo8")), options).status == RunStatus::ok);
}

TEST_CASE("contexts: a file of their depths asks for contexts, although one might do for other depths") {
  const Network network = shipped("efficientnet_lite0");
  const Device device = read_device(resolve_device("edge_small"));
  EvaluateOptions options = contexts_of_best();
  options.max_contexts = 8;
  SizeOptions wanted;
  wanted.min_fps = 1;
  const SizeResult sized = size(network, device, options, wanted);
  REQUIRE(sized.contexts.size() > 1);
  REQUIRE(sized.settled);
  const RunResult again = evaluate(network, device, with_buffers_of(sized.answer, options));
  REQUIRE(again.several);
  CHECK(fps(again) == fps(sized.answer));
}

TEST_CASE(
    "buffers best: where no spill cures a deadlock, the buffers that cannot leave L3 are as deep as they must be") {
  const Network network = shipped("unet_mobilenet_v2");
  const Device device = read_device(resolve_device("edge_small"));
  EvaluateOptions options = contexts_of_best();
  CHECK(evaluate(network, device, options).status == RunStatus::does_not_fit);
  options.fit = "assume";
  const RunResult result = evaluate(network, device, options);
  CHECK(result.status == RunStatus::ok);
  CHECK_FALSE(result.plan.fit.fits);
}

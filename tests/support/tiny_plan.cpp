#include "tests/support/tiny_plan.hpp"

#include <numeric>
#include <stdexcept>

namespace rowflow::test {

using nlohmann::json;

json& TinyPlan::find(const std::string& name) {
  for (json& stage : stages_)
    if (stage.at("name") == name) return stage;
  throw std::logic_error("no stage " + name);
}

TinyPlan& TinyPlan::stage(const std::string& name, const std::string& kind, const Table& cost, Int latency) {
  stages_.push_back({{"name", name},
                     {"kind", kind},
                     {"steps", cost.size()},
                     {"latency", latency},
                     {"cost", cost},
                     {"inputs", json::array()},
                     {"outputs", json::array()}});
  return *this;
}

TinyPlan& TinyPlan::buffer(const std::string& from, const std::string& to, Int rows, Int capacity, const Table& emits,
                           const Table& needs, const Table& releases, Latencies latencies) {
  const std::string name = from + "->" + to;
  find(from)["outputs"].push_back({{"buffer", name}, {"emits", emits}});
  find(to)["inputs"].push_back({{"buffer", name}, {"needs", needs}, {"releases", releases}});
  buffers_.push_back({{"name", name},
                      {"from", from},
                      {"to", to},
                      {"rows_per_frame", rows},
                      {"capacity_rows", capacity},
                      {"transfer_latency", latencies.transfer},
                      {"credit_latency", latencies.credit}});
  return *this;
}

TinyPlan& TinyPlan::rows(const std::string& from, const std::string& to, Int rows, Int capacity, Latencies latencies) {
  Table each(static_cast<std::size_t>(rows));
  std::iota(each.begin(), each.end(), Int{1});
  return buffer(from, to, rows, capacity, each, each, each, latencies);
}

TinyPlan& TinyPlan::pace(Int frame_period, Int row_interval, Int row_remainder) {
  source_["frame_period"] = frame_period;
  source_["row_interval"] = row_interval;
  source_["row_remainder"] = row_remainder;
  return *this;
}

json TinyPlan::document() const {
  return {{"schema", "rowflow.plan/1"}, {"stages", stages_}, {"buffers", buffers_}, {"source", source_}};
}

TinyPlan latency_behind_buffer() {
  TinyPlan plan;
  plan.stage("source", "source", {0}).stage("late", "conv", {100}, 1000).stage("sink", "sink", {0});
  return plan.rows("source", "late", 1, 2).rows("late", "sink", 1, 8);
}

TinyPlan drift(std::int64_t capacity) {
  TinyPlan plan;
  plan.stage("source", "source", {0})
      .stage("fast", "conv", {1000})
      .stage("slow", "conv", {1001})
      .stage("sink", "sink", {0});
  return plan.rows("source", "fast", 1, 2).rows("fast", "slow", 1, capacity).rows("slow", "sink", 1, 2);
}

}  // namespace rowflow::test

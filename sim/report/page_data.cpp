#include "sim/report/page_data.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

constexpr int parts_of_a_frame = 8;
constexpr int most_bins = 240, bins_of_a_straight_buffer = 60;  // straight buffers hold a few rows and are many

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

/// When a stage started each part of a frame's steps, as far as it came, and the end of its last; empty when it did
/// none of them, or the first were not recorded.
Json marks_of(const Stage& stage, const StageTimeline& recorded, int frame) {
  const auto steps = static_cast<std::int64_t>(stage.steps());
  const auto first = frame * steps - recorded.first_step;
  const auto done = std::min(steps, static_cast<std::int64_t>(recorded.steps.size()) - first);
  Json marks = Json::array();
  if (first < 0 || done <= 0) return marks;
  const std::int64_t parts = std::min<std::int64_t>(parts_of_a_frame, steps);
  for (std::int64_t part = 0; part < parts && part * steps / parts < done; ++part)
    marks.push_back(recorded.steps[at(first + part * steps / parts)].start);
  marks.push_back(end_of_step(stage, recorded, at(first + done - 1)));
  return marks;
}

Json flight(const Plan& plan, const Timeline& timeline, int frame, Cycles from, Cycles to) {
  Json stages = Json::array();
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    stages.push_back(marks_of(plan.stages[s], timeline.stages[s], frame));
  return {{"frame", frame}, {"from", from}, {"to", to}, {"stages", std::move(stages)}};
}

struct Bins {
  Json most = Json::array(), least = Json::array();
  bool differ = false;
};

/// Most and least rows held in each bin [from + b·(to−from)/count, from + (b+1)·(to−from)/count).
Bins thin(const std::vector<Level>& changes, Cycles from, Cycles to, std::int64_t count) {
  Bins bins;
  std::size_t next = 0;
  Rows held = 0;
  while (next < changes.size() && changes[next].at <= from) held = changes[next++].rows;
  for (std::int64_t b = 0; b < count; ++b) {
    const Cycles end = from + (b + 1) * (to - from) / count;
    Rows most = held, least = held;
    for (; next < changes.size() && changes[next].at < end; ++next) {
      held = changes[next].rows;
      most = std::max(most, held);
      least = std::min(least, held);
    }
    bins.most.push_back(most);
    bins.least.push_back(least);
    bins.differ = bins.differ || most != least;
  }
  return bins;
}

Json occupancy(const Plan& plan, const PageWindows& windows) {
  const Cycles from = windows.occupancy.from, to = windows.occupancy.to;
  Json most = Json::array(), least = Json::array();
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    const std::int64_t wanted = plan.buffers[b].role == BufferRole::straight ? bins_of_a_straight_buffer : most_bins;
    auto bins = thin(levels(plan, windows.occupancy, static_cast<int>(b)), from, to,
                     std::clamp<std::int64_t>(to - from, 1, wanted));
    most.push_back(std::move(bins.most));
    least.push_back(bins.differ ? std::move(bins.least) : Json());
  }
  return {{"from", from}, {"to", to}, {"most", std::move(most)}, {"least", std::move(least)}};
}

Json use_json(const ClusterUse& use) {
  return {{"subclusters", use.subclusters},           {"controllers", use.controllers},
          {"activation_units", use.activation_units}, {"input_aligners", use.input_aligners},
          {"weight_cuts", use.weight_cuts},           {"buffer_cuts", use.buffer_cuts}};
}

Json floor_of(const Plan& plan) {
  Json clusters = Json::array();
  for (const ClusterUse& use : plan.mapping.clusters) clusters.push_back(use_json(use));
  return {{"clusters", std::move(clusters)},
          {"limit", use_json(plan.mapping.limit)},
          {"device_clusters", plan.mapping.device_clusters},
          {"l4_cuts", chip_demand(plan, "l4_cuts").value_or(0)},
          {"l4_limit_cuts", plan.mapping.l4_cuts}};
}

}  // namespace

PageWindows page_windows(const Measurement& run) {
  PageWindows windows;
  if (!run.completed) {
    windows.frame = static_cast<int>(run.frame_completion.size());
    windows.occupancy.to = run.elapsed;
    return windows;
  }
  windows.frame = run.frames > 1 ? run.steady_last_frame : 0;
  const Cycles end = run.frame_completion[at(windows.frame)];
  const auto span = run.throughput.interval ? static_cast<Cycles>(2 * run.throughput.interval->value()) : end;
  windows.occupancy.from = std::max<Cycles>(0, end - span);
  windows.occupancy.to = end;
  return windows;
}

PageWindows batch_windows(const Measurement& run) {
  PageWindows windows;
  windows.frame = static_cast<int>(run.frame_start.size()) - 1;  // the last that was simulated
  windows.occupancy.to = run.elapsed;
  return windows;
}

Json page_timeline(const Plan& plan, const Measurement& run, const PageWindows& windows) {
  Json flights = {{"first", nullptr}, {"steady", nullptr}, {"stuck", nullptr}};
  if (run.completed) {
    const auto frame = at(windows.frame);
    flights["first"] = flight(plan, windows.first, 0, run.frame_start.front(), run.frame_completion.front());
    flights["steady"] =
        flight(plan, windows.steady, windows.frame, run.frame_start.at(frame), run.frame_completion[frame]);
  } else {
    const auto stuck = at(windows.frame);
    const Cycles from = stuck < run.frame_start.size() ? run.frame_start[stuck] : 0;
    flights["stuck"] = flight(plan, windows.steady, windows.frame, from, run.elapsed);
  }
  return {{"flight", std::move(flights)}, {"occupancy", occupancy(plan, windows)}};
}

std::string page_label(const Json& result, const std::string& asked) {
  const Json& blocks = result.at("se_blocks");
  for (const Json& note : result.value("notes", Json::array()))
    if (blocks.empty() && note.get<std::string>().find("squeeze-and-excite blocks are static") != std::string::npos)
      return "static gates";
  if (blocks.empty()) return result.at("network").at("name").get<std::string>();
  const Json& found = result.at("tile_height");
  const std::string height = !asked.empty() ? asked : found.is_string() ? found.get<std::string>() : json_text(found);
  const bool cumulative = std::any_of(blocks.begin(), blocks.end(), [](const Json& block) {
    return block.value("se_mode", "") == "cumulative" && block["tile_height_effective"] < block["height"];
  });
  return (height == "full"    ? "full SE"
          : height == "mixed" ? "mixed tiles"
                              : "T = " + height) +
         (cumulative ? ", cumulative" : "");
}

Json page_point(const std::string& label, Json result) {
  for (const char* unused : {"frame_start_cycles", "frame_completion_cycles"}) result.erase(unused);
  for (auto& stage : result["stages"]) stage.erase("stalls");
  Json point = {{"label", label},   {"result", nullptr}, {"iso_memory", nullptr}, {"timeline", nullptr},
                {"floor", nullptr}, {"begins", nullptr}, {"explain", nullptr}};
  point["result"] = std::move(result);  // a braced list would copy it
  return point;
}

Json page_floor(const RunResult& result) {
  Json contexts = Json::array(), stages = Json::array();
  const auto add = [&](const Plan& plan) {
    contexts.push_back(floor_of(plan));
    for (const Stage& stage : plan.stages) stages.push_back(stage.cluster);
  };
  if (!result.several && result.plan.mapping.clusters.empty()) return nullptr;
  if (!result.several) add(result.plan);
  for (std::size_t c = 0; result.several && c < result.several->list.size(); ++c)
    add(result.several->list[c].context.plan);
  return {{"contexts", std::move(contexts)}, {"stages", std::move(stages)}};
}

Json page_begins(const RunResult& result) { return result.several ? Json(context_begins(*result.several)) : Json(); }

Json page_iso_memory(const Json& result) {
  Json part = Json::object();
  for (const char* key :
       {"network", "device", "tile_height", "buffer_policy", "status", "throughput", "latency", "buffering"})
    part[key] = result.at(key);
  return part;
}

}  // namespace rowflow

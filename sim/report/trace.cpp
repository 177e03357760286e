#include "sim/report/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/base/json_text.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

constexpr int stages_process = 1, buffers_process = 2;

std::string quoted(const std::string& text) { return json_text(nlohmann::json(text)); }

const char* name_of(Doing doing) {
  switch (doing) {
    case Doing::busy:
      return "busy";
    case Doing::starved:
      return "starved";
    case Doing::blocked:
      break;
  }
  return "blocked";
}

/// One event a line; counts them.
class TraceWriter {
 public:
  TraceWriter(FileOutput& out, const Plan& plan, const Timeline& timeline, const TraceLimits& limits)
      : out_(out), plan_(plan), timeline_(timeline), limits_(limits), truncated_(timeline.truncated) {}

  void write() {
    out_.print("{{\"traceEvents\":[\n");
    describe_tracks();
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) write_stage(static_cast<int>(s));
    for (std::size_t b = 0; b < plan_.buffers.size(); ++b) write_buffer(static_cast<int>(b));
    write_flows();
    out_.print(
        "\n],\n\"displayTimeUnit\":\"ns\",\n\"otherData\":{{\"program\":\"rowflow "
        "{}\",\"network\":{},\"device\":{},\"tile_height\":{},",
        version(), quoted(plan_.network.name), quoted(plan_.device.name), quoted(plan_.tile_height));
    out_.print(
        "\"time_unit\":\"1 us here = 1 core-clock "
        "cycle\",\"clock_hz\":{},\"from_cycle\":{},\"to_cycle\":{},\"truncated\":{}}}}}\n",
        plan_.device.clock_hz, timeline_.from, timeline_.to, truncated_);
  }

 private:
  struct FlowPoint {
    Cycles at;
    int stage;
  };

  template <class... Args>
  void event(fmt::format_string<Args...> format, Args&&... args) {
    if (events_ >= limits_.most_events) {
      truncated_ = true;
      return;
    }
    if (events_++ > 0) out_.print(",\n");
    out_.print(format, std::forward<Args>(args)...);
  }

  void describe_tracks() {
    for (const auto& [process, name] : {std::pair{stages_process, "stages"}, {buffers_process, "buffers"}}) {
      event("{{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":{},\"tid\":0,\"args\":{{\"name\":\"{}\"}}}}", process,
            name);
    }
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
      event("{{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":{},\"tid\":{},\"args\":{{\"name\":{}}}}}", stages_process,
            s + 1, quoted(plan_.stages[s].name));
      event("{{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":{},\"tid\":{},\"args\":{{\"sort_index\":{}}}}}",
            stages_process, s + 1, s);
    }
  }

  void write_stage(int stage) {
    const auto steps = static_cast<std::int64_t>(plan_.stages[static_cast<std::size_t>(stage)].steps());
    const bool sink = plan_.stages[static_cast<std::size_t>(stage)].outputs.empty();
    for (const auto& slice : slices(plan_, timeline_, stage)) {
      const auto frame = slice.step / steps, step = slice.step % steps;
      const std::string blamed =
          slice.buffer < 0 ? "" : ",\"buffer\":" + quoted(plan_.buffers[static_cast<std::size_t>(slice.buffer)].name);
      event(
          "{{\"ph\":\"X\",\"name\":\"{0}\",\"cat\":\"{0}\",\"pid\":{1},\"tid\":{2},\"ts\":{3},\"dur\":{4},\"args\":{{"
          "\"frame\":{5},"
          "\"step\":{6}{7}}}}}",
          name_of(slice.doing), stages_process, stage + 1, slice.begin, slice.end - slice.begin, frame, step, blamed);
      if (slice.doing == Doing::busy && (step == 0 || (sink && step == steps - 1)))
        flows_[frame].push_back({slice.begin, stage});
    }
  }

  void write_buffer(int buffer) {
    const auto name = quoted(plan_.buffers[static_cast<std::size_t>(buffer)].name);
    for (const auto& level : levels(plan_, timeline_, buffer)) {
      event("{{\"ph\":\"C\",\"name\":{},\"pid\":{},\"tid\":0,\"ts\":{},\"args\":{{\"rows\":{}}}}}", name,
            buffers_process, level.at, level.rows);
    }
  }

  void write_flows() {
    for (auto& [frame, points] : flows_) {
      if (points.size() < 2) continue;
      std::stable_sort(points.begin(), points.end(),
                       [](const FlowPoint& a, const FlowPoint& b) { return a.at < b.at; });
      for (std::size_t p = 0; p < points.size(); ++p) {
        const char* phase = p == 0 ? "s" : p + 1 == points.size() ? "f" : "t";
        event(
            "{{\"ph\":\"{}\",\"name\":\"frame\",\"cat\":\"frame\",\"id\":{},\"bp\":\"e\",\"pid\":{},\"tid\":{},\"ts\":{"
            "},\"args\":{{"
            "\"frame\":{}}}}}",
            phase, frame + 1, stages_process, points[p].stage + 1, points[p].at, frame);
      }
    }
  }

  FileOutput& out_;
  const Plan& plan_;
  const Timeline& timeline_;
  const TraceLimits& limits_;
  bool truncated_;
  std::size_t events_ = 0;
  std::map<std::int64_t, std::vector<FlowPoint>> flows_;
};

}  // namespace

void write_trace(const std::string& path, const Plan& plan, const Timeline& timeline, const TraceLimits& limits) {
  write_whole_file(path, [&](FileOutput& out) { TraceWriter(out, plan, timeline, limits).write(); });
}

}  // namespace rowflow

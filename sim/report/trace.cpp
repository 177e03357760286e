#include "sim/report/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/base/json_text.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

constexpr int contexts_process = 1;  ///< of context c then 2 + 2c its stages, 3 + 2c its buffers

int stages_process(int context) { return 2 + 2 * context; }
int buffers_process(int context) { return 3 + 2 * context; }

/// Frame and row that the step of a stage works on: the row that it makes, or, where none leaves, the last it takes.
Rows row_of(const Stage& stage, std::size_t step) {
  if (!stage.outputs.empty()) {
    const std::vector<Rows>& emits = stage.outputs.front().emits;
    return std::min(step == 0 ? 0 : emits[step - 1], std::max<Rows>(0, emits.back() - 1));
  }
  return stage.inputs.empty() ? static_cast<Rows>(step) : std::max<Rows>(0, stage.inputs.front().needs[step] - 1);
}

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
  TraceWriter(FileOutput& out, const RunResult& result, const Timeline& timeline, const TraceLimits& limits)
      : out_(out),
        result_(result),
        plan_(result.plan),
        timeline_(timeline),
        limits_(limits),
        truncated_(timeline.truncated) {
    for (std::size_t c = 0; result.several && c < result.several->list.size(); ++c) {
      const Plan& part = result.several->list[c].context.plan;
      context_of_stage_.insert(context_of_stage_.end(), part.stages.size(), static_cast<int>(c));
      context_of_buffer_.insert(context_of_buffer_.end(), part.buffers.size(), static_cast<int>(c));
    }
    context_of_stage_.resize(plan_.stages.size());
    context_of_buffer_.resize(plan_.buffers.size());
  }

  void write() {
    out_.print("{{\"traceEvents\":[\n");
    describe_tracks();
    if (result_.several) write_contexts();
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) write_stage(static_cast<int>(s));
    for (std::size_t b = 0; b < plan_.buffers.size(); ++b) write_buffer(static_cast<int>(b));
    write_flows();
    out_.print(
        "\n],\n\"displayTimeUnit\":\"ns\",\n\"otherData\":{{\"program\":\"rowflow "
        "{}\",\"network\":{},\"device\":{},\"tile_height\":{},",
        version(), quoted(plan_.network.name), quoted(plan_.device.name), quoted(plan_.tile_height));
    out_.print(
        "\"time_unit\":\"microseconds; in args core-clock cycles\",\"clock_hz\":{},\"from_cycle\":{},\"to_cycle\":{},"
        "\"truncated\":{}}}}}\n",
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

  std::string time(Cycles cycles) const {
    return fmt::format("{:.6f}", static_cast<double>(cycles) * 1e6 / static_cast<double>(plan_.device.clock_hz));
  }

  void describe_process(int process, const std::string& name) {
    event("{{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":{},\"tid\":0,\"args\":{{\"name\":\"{}\"}}}}", process,
          name);
    event("{{\"ph\":\"M\",\"name\":\"process_sort_index\",\"pid\":{0},\"tid\":0,\"args\":{{\"sort_index\":{0}}}}}",
          process);
  }

  void describe_tracks() {
    const int contexts = result_.several ? static_cast<int>(result_.several->list.size()) : 1;
    if (result_.several) describe_process(contexts_process, "contexts");
    for (int c = 0; c < contexts; ++c) {
      const std::string whose = result_.several ? fmt::format("context {}: ", c + 1) : "";
      describe_process(stages_process(c), whose + "stages");
      describe_process(buffers_process(c), whose + "buffers");
    }
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
      const int process = stages_process(context_of_stage_[s]);
      event("{{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":{},\"tid\":{},\"args\":{{\"name\":{}}}}}", process, s + 1,
            quoted(plan_.stages[s].name));
      event("{{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":{},\"tid\":{},\"args\":{{\"sort_index\":{}}}}}",
            process, s + 1, s);
    }
  }

  /// Switches with the reloads that nothing hides, and between them batches.
  void write_contexts() {
    const ContextsResult& several = *result_.several;
    const std::vector<Cycles> begins = context_begins(several);
    Cycles end = 0;
    for (std::size_t c = 0; c < several.list.size(); ++c) {
      const Cycles last = begins[c] + time_of_frames(several.list[c].run, several.batch);
      write_context_slice(fmt::format("switch to context {}", c + 1), end, begins[c]);
      write_context_slice(fmt::format("context {}", c + 1), begins[c], last);
      end = last;
    }
  }

  void write_context_slice(const std::string& name, Cycles begin, Cycles end) {
    if (end > begin)
      event(
          "{{\"ph\":\"X\",\"name\":\"{}\",\"pid\":{},\"tid\":0,\"ts\":{},\"dur\":{},\"args\":{{\"cycle\":{},\"cycles\":"
          "{}}}}}",
          name, contexts_process, time(begin), time(end - begin), begin, end - begin);
  }

  void write_stage(int stage) {
    const Stage& planned = plan_.stages[static_cast<std::size_t>(stage)];
    const auto steps = static_cast<std::int64_t>(planned.steps());
    const bool sink = planned.outputs.empty();
    for (const auto& slice : slices(plan_, timeline_, stage)) {
      const auto frame = slice.step / steps, step = slice.step % steps;
      const Rows row = row_of(planned, static_cast<std::size_t>(step));
      const std::string blamed =
          slice.buffer < 0 ? "" : ",\"buffer\":" + quoted(plan_.buffers[static_cast<std::size_t>(slice.buffer)].name);
      const std::string name =
          slice.doing == Doing::busy ? fmt::format("frame {} row {}", frame, row) : name_of(slice.doing);
      event(
          "{{\"ph\":\"X\",\"name\":\"{}\",\"cat\":\"{}\",\"pid\":{},\"tid\":{},\"ts\":{},\"dur\":{},\"args\":{{"
          "\"frame\":{},"
          "\"step\":{},\"row\":{},\"cycle\":{},\"cycles\":{}{}}}}}",
          name, name_of(slice.doing), process_of(stage), stage + 1, time(slice.begin), time(slice.end - slice.begin),
          frame, step, row, slice.begin, slice.end - slice.begin, blamed);
      if (slice.doing == Doing::busy && (step == 0 || (sink && step == steps - 1)))
        flows_[frame].push_back({slice.begin, stage});
    }
  }

  int process_of(int stage) const { return stages_process(context_of_stage_[static_cast<std::size_t>(stage)]); }

  void write_buffer(int buffer) {
    const auto name = quoted(plan_.buffers[static_cast<std::size_t>(buffer)].name);
    for (const auto& level : levels(plan_, timeline_, buffer)) {
      event("{{\"ph\":\"C\",\"name\":{},\"pid\":{},\"tid\":0,\"ts\":{},\"args\":{{\"rows\":{}}}}}", name,
            buffers_process(context_of_buffer_[static_cast<std::size_t>(buffer)]), time(level.at), level.rows);
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
            phase, frame + 1, process_of(points[p].stage), points[p].stage + 1, time(points[p].at), frame);
      }
    }
  }

  FileOutput& out_;
  const RunResult& result_;
  const Plan& plan_;
  const Timeline& timeline_;
  const TraceLimits& limits_;
  bool truncated_;
  std::vector<int> context_of_stage_, context_of_buffer_;
  std::size_t events_ = 0;
  std::map<std::int64_t, std::vector<FlowPoint>> flows_;
};

}  // namespace

void write_trace(const std::string& path, const RunResult& result, const Timeline& timeline,
                 const TraceLimits& limits) {
  write_whole_file(path, [&](FileOutput& out) { TraceWriter(out, result, timeline, limits).write(); });
}

}  // namespace rowflow

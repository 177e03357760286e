#include "sim/point/knobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/nearest.hpp"
#include "sim/config/reader.hpp"
#include "sim/point/bind.hpp"
#include "sim/point/known_penalties.hpp"

namespace rowflow {

namespace {

using Point = DesignPoint;
using Options = EvaluateOptions;

constexpr unsigned bit(Command command) { return static_cast<unsigned>(command); }
constexpr unsigned simulating =
    bit(Command::run) | bit(Command::size) | bit(Command::explain) | bit(Command::sweep) | bit(Command::regress);
constexpr unsigned compiling = simulating | bit(Command::plan);
/// By hand, of one point: no axis, no key of a document.
constexpr unsigned trying = bit(Command::run) | bit(Command::plan) | bit(Command::size) | bit(Command::explain);
constexpr unsigned measuring = bit(Command::run) | bit(Command::sweep) | bit(Command::regress);
constexpr unsigned tiling = compiling | bit(Command::export_);
constexpr unsigned importing = tiling | bit(Command::tune) | bit(Command::import) | bit(Command::penalties);
constexpr unsigned height_lists = bit(Command::run) | bit(Command::plan) | bit(Command::size) | bit(Command::explain) |
                                  bit(Command::export_) | bit(Command::sweep);
constexpr std::int64_t most_kib = std::int64_t{1} << 50;

/// Whether the text is an integer in [low, high] of at most 16 digits.
bool is_integer(const std::string& text, std::int64_t low, std::int64_t high) {
  const std::string digits = !text.empty() && text.front() == '-' ? text.substr(1) : text;
  if (digits.empty() || digits.size() > 16 || digits.find_first_not_of("0123456789") != std::string::npos) return false;
  const std::int64_t value = std::stoll(text);
  return value >= low && value <= high;
}

const char* not_a_name(const std::string& value) { return value.empty() ? "a name" : nullptr; }

const char* not_a_height(const std::string& value) {
  return is_integer(value, 1, 999'999'999) ? nullptr : "a number of rows of at least 1, or \"full\"";
}

const char* not_a_mode(const std::string& /*value*/) { return "tiled, cumulative or static"; }

const char* not_a_count(const std::string& value) {
  return is_integer(value, 0, 999'999'999) ? nullptr : "a number of blocks";
}

const char* not_kib(const std::string& value) {
  return is_integer(value, 1, most_kib) ? nullptr : "KiB in [1, 1125899906842624], or \"none\"";
}

const char* not_rows(const std::string& value) {
  return is_integer(value, 1, 1'000'000'000) ? nullptr : "rows in [1, 1000000000]";
}

const char* not_a_pace(const std::string& value) {
  char* end = nullptr;
  const double pace = std::strtod(value.c_str(), &end);
  const bool number = !value.empty() && *end == '\0' && value.find_first_not_of("0123456789.eE+-") == std::string::npos;
  return number && pace >= 1e-9 && pace <= 1e15 ? nullptr : "frames per second in [1e-9, 1e15], or \"steady\"";
}

const char* not_a_rate(const std::string& value) {
  return not_a_pace(value) == nullptr ? nullptr : "frames per second in [1e-9, 1e15], or \"most\"";
}

const char* not_a_figure(const std::string& value) {
  return is_integer(value, -999'999'999'999'999, 999'999'999'999'999) ? nullptr : "an integer, true or false";
}

const char* not_frames(const std::string& value) {
  return is_integer(value, 1, 1'000'000) ? nullptr : "a number of frames in [1, 1000000], \"steady\" or \"proven\"";
}

const char* not_a_fit(const std::string& /*value*/) { return "assume, require or contexts"; }

const char* not_a_batch(const std::string& value) {
  return is_integer(value, 1, 1'000'000) ? nullptr : "a number of frames in [1, 1000000]";
}

const char* not_a_number_of_contexts(const std::string& value) {
  return is_integer(value, 1, 1'000'000) ? nullptr : "a number of contexts of at least 1, or \"any\"";
}

const char* not_a_link(const std::string& value) {
  return is_integer(value, 1, 1'000'000'000'000) ? nullptr
                                                 : "gen3x4, gen3x1, gen2x1 or bytes a second in [1, 1000000000000]";
}

const char* not_a_cluster(const std::string& value) {
  return is_integer(value, 0, 1'000'000) ? nullptr : "a cluster's number of at least 0";
}

const char* not_subclusters(const std::string& value) {
  return is_integer(value, 1, 1'000'000) ? nullptr : "a number of subclusters of at least 1";
}

const char* not_a_size(const std::string& value) {
  const std::size_t cross = value.find('x');
  const bool size = cross != std::string::npos && is_integer(value.substr(0, cross), 1, 65536) &&
                    is_integer(value.substr(cross + 1), 1, 65536);
  return size ? nullptr : "HxW, like 224x224";
}

void bind_buffers(const Point& point, const Contents& contents, Options& options) {
  const std::string buffers = point.value(Knob::buffers);
  if (is_policy(buffers)) {
    options.buffers = buffers;
    return;
  }
  const BuffersFile& file = contents.buffers(buffers);
  options.capacities = file.rows;
  options.levels = file.levels;
}

void bind_capacities(const Point& point, const Contents& /*contents*/, Options& options) {
  for (const auto& [buffer, rows] : point.values(Knob::capacities)) options.capacities[buffer] = std::stoll(rows);
}

void bind_buffer_kib(const Point& point, const Contents& /*contents*/, Options& options) {
  const std::string kib = point.value(Knob::buffer_kib);
  if (kib != "none") options.buffer_budget = std::stoll(kib) * 1024;
}

void bind_fps(const Point& point, const Contents& /*contents*/, Options& options) {
  const std::string fps = point.value(Knob::fps);
  if (fps != "steady") options.fps = std::stod(fps);
}

void bind_goal(const Point& point, const Contents& /*contents*/, Options& options) {
  options.goal = enum_of<Goal>(point.value(Knob::goal)).value_or(Goal::throughput);
}

void bind_target_fps(const Point& point, const Contents& /*contents*/, Options& options) {
  const std::string fps = point.value(Knob::target_fps);
  if (fps != "most") options.target_fps = std::stod(fps);
}

void bind_frames(const Point& point, const Contents& /*contents*/, Options& options) {
  const std::string frames = point.value(Knob::frames);
  options.until_proven = frames == "proven";
  if (frames != "proven" && frames != "steady") options.frames = std::stoi(frames);
}

void bind_fit(const Point& point, const Contents& /*contents*/, Options& options) {
  options.fit = point.value(Knob::fit);
}

void bind_batch(const Point& point, const Contents& /*contents*/, Options& options) {
  options.batch = std::stoi(point.value(Knob::batch));
}

void bind_max_contexts(const Point& point, const Contents& /*contents*/, Options& options) {
  const std::string most = point.value(Knob::max_contexts);
  if (most != "any") options.max_contexts = std::stoi(most);
}

void bind_context_cuts(const Point& point, const Contents& contents, Options& options) {
  if (point.given(Knob::context_cuts)) options.context_cuts = contents.context_cuts(point.value(Knob::context_cuts));
}

void bind_timing(const Point& point, const Contents& /*contents*/, Options& options) {
  options.timing = point.value(Knob::timing) == "synchronous" ? Timing::synchronous : Timing::decoupled;
}

void bind_costs(const Point& point, const Contents& contents, Options& options) {
  if (!point.given(Knob::costs)) return;
  options.costs = contents.costs(point.value(Knob::costs), contents.network(point.value(Knob::network)).network);
}

void bind_mapping(const Point& point, const Contents& contents, Options& options) {
  if (!point.given(Knob::mapping)) return;
  const MappingFile& mapping = contents.mapping(point.value(Knob::mapping));
  options.mapping = mapping.layers;
  options.fifo_rows = mapping.fifo_rows;
}

void bind_penalties(const Point& point, const Contents& contents, Options& options) {
  options.penalties = known_penalties(point, contents);
}

void bind_stage_clusters(const Point& point, const Contents& /*contents*/, Options& options) {
  for (const auto& [stage, cluster] : point.values(Knob::stage_clusters))
    options.mapping[stage].clusters = {std::stoi(cluster)};
}

void bind_stage_subclusters(const Point& point, const Contents& /*contents*/, Options& options) {
  for (const auto& [stage, subclusters] : point.values(Knob::stage_subclusters))
    options.mapping[stage].subclusters = std::stoll(subclusters);
}

std::vector<KnobRow> table() {
  using S = KnobShape;
  using F = KnobForm;
  using C = ContentKind;
  return {
      {Knob::network,
       "network",
       {"network"},
       "network",
       "network",
       "a name from `rowflow list`, a network config, or an ONNX or TFLite model",
       "networks (names, configs, ONNX and TFLite models), or one sweep file",
       S::one,
       F::name,
       nullptr,
       "{0}",
       C::network,
       true,
       compiling | bit(Command::tune),
       0,
       {},
       not_a_name,
       nullptr},
      {Knob::device,
       "device",
       {"device"},
       "device",
       "--device",
       "a name from `rowflow list`, or a device file (default hailo8); run takes several with commas",
       "names or device files, several with commas (default hailo8)",
       S::one,
       F::name,
       "hailo8",
       "{0}",
       C::device,
       true,
       compiling | bit(Command::tune) | bit(Command::calibrate),
       bit(Command::run) | bit(Command::sweep),
       {},
       not_a_name,
       nullptr},
      {Knob::tile_height,
       "tile_height",
       {"tile_height"},
       "tile_height",
       "--tile-height",
       "T[,T...] of all SE blocks, each a number of rows, a range (1..28, 7..28:7) or \"full\"; LAYER=T for one block; "
       "repeatable",
       "T,... of all SE blocks (rows, ranges like 7..28:7, or \"full\"); LAYER=T,... of one block; '*=T,...' of every "
       "block on its own; repeatable",
       S::one,
       F::number,
       nullptr,
       "T = {0}",
       C::none,
       true,
       tiling,
       height_lists,
       {"full"},
       not_a_height,
       nullptr},
      {Knob::tile_first,
       "tile_first",
       {"tile_first"},
       "tile_first",
       "--tile-first",
       "tile only the first K SE blocks, the others full",
       "K,...: tile only the first K SE blocks",
       S::one,
       F::number,
       nullptr,
       "first {0}",
       C::none,
       true,
       tiling,
       bit(Command::sweep),
       {},
       not_a_count,
       nullptr},
      {Knob::block_heights,
       "block_heights",
       {"block_heights", "tile_heights"},
       "tile_height",
       "--tile-height",
       "",
       nullptr,
       S::by_name,
       F::number,
       nullptr,
       "{1} = {0}",
       C::none,
       true,
       tiling,
       bit(Command::sweep),
       {"full"},
       not_a_height,
       nullptr},
      {Knob::se_mode,
       "se_mode",
       {"se_mode"},
       "se_mode",
       "--se-mode",
       "tiled (default) | cumulative | static: what gates of all SE blocks follow from: the mean of a tile, of all "
       "rows "
       "up to its end, or nothing: calibrated factors, without tiles and without anything that waits",
       "tiled, cumulative or static, several with commas: what gates of all SE blocks follow from",
       S::one,
       F::name,
       nullptr,
       "{0} gates",
       C::none,
       true,
       tiling | bit(Command::tune) | bit(Command::penalties),
       bit(Command::sweep),
       {"tiled", "cumulative", "static"},
       not_a_mode,
       nullptr},
      {Knob::buffers,
       "buffers",
       {"buffers"},
       "buffers",
       "--buffers",
       "minimal | full-rate | best | FILE with capacities (default best); BUFFER=ROWS for one of them; repeatable",
       "minimal, full-rate, best or a buffers file, several with commas (default best)",
       S::one,
       F::name,
       "best",
       "{0}",
       C::buffers,
       true,
       compiling,
       bit(Command::sweep),
       {},
       not_a_name,
       bind_buffers,
       "full-rate"},
      {Knob::capacities,
       "capacities",
       {"buffers"},
       "capacity",
       "--buffers",
       "",
       nullptr,
       S::by_name,
       F::number,
       nullptr,
       "{1} = {0} rows",
       C::none,
       false,
       bit(Command::regress) | trying,
       0,
       {},
       not_rows,
       bind_capacities},
      {Knob::buffer_kib,
       "buffer_kib",
       {"buffer_kib"},
       "buffer_kib",
       "--buffer-kib",
       "all row buffers together take at most so many KiB; \"none\": no limit",
       "N,...: all row buffers together take at most so many KiB; \"none\" for no limit",
       S::one,
       F::number,
       "none",
       "{0} KiB",
       C::none,
       true,
       compiling | bit(Command::tune),
       bit(Command::sweep),
       {"none"},
       not_kib,
       bind_buffer_kib},
      {Knob::fps,
       "fps",
       {"fps"},
       "source_fps",
       "--fps",
       "pace of the source for the paced latency; \"steady\" (default): the steady interval",
       "N,...: pace of the source for the paced latency; \"steady\" for the steady interval (default)",
       S::one,
       F::number,
       "steady",
       "{0} fps source",
       C::none,
       true,
       measuring,
       bit(Command::sweep),
       {"steady"},
       not_a_pace,
       bind_fps},
      {Knob::goal,
       "goal",
       {"goal"},
       "goal",
       "--goal",
       "throughput (default) | latency | memory: what comes first with --buffers best",
       "throughput, latency, memory: what comes first with --buffers best",
       S::one,
       F::name,
       "throughput",
       "for {0}",
       C::none,
       true,
       compiling & ~bit(Command::size),
       bit(Command::sweep),
       {"throughput", "latency", "memory"},
       [](const std::string& /*value*/) { return "throughput, latency or memory"; },
       bind_goal},
      {Knob::target_fps,
       "target_fps",
       {"target_fps"},
       "target_fps",
       "--target-fps",
       "N: no layer gets more of the device than so many frames a second need | most (default)",
       "N,...: no layer gets more of the device than so many frames a second need; \"most\" (default)",
       S::one,
       F::number,
       "most",
       "{0} fps wanted",
       C::none,
       true,
       compiling,
       bit(Command::sweep),
       {"most"},
       not_a_rate,
       bind_target_fps},
      {Knob::device_set,
       "device_set",
       {"set", "device"},
       "device",
       "--set",
       "/POINTER=V: another value of a figure of the device, like /rates/depthwise=4000 or /fused_add=false; "
       "repeatable",
       "/POINTER=V,...: a figure of the device, like /rates/depthwise=3000,4000 or /clusters=4..16:4; repeatable",
       S::by_name,
       F::figure,
       nullptr,
       "{1} = {0}",
       C::none,
       true,
       compiling | bit(Command::tune) | bit(Command::calibrate),
       bit(Command::sweep),
       {"true", "false"},
       not_a_figure,
       nullptr,
       nullptr,
       "--device-set"},
      {Knob::frames,
       "frames",
       {"frames"},
       "asked_frames",
       "--frames",
       "N: simulate exactly so many | steady: until the interval is proven and a steady window is measured (default) | "
       "proven: only until "
       "the "
       "interval is proven, several times as fast, without the figures that need a steady window (peaks, loaded "
       "latency, waits of blocks)",
       nullptr,
       S::one,
       F::number,
       "steady",
       "{0} frames",
       C::none,
       false,
       measuring,
       0,
       {"steady", "proven"},
       not_frames,
       bind_frames},
      {Knob::fit,
       "fit",
       {"fit"},
       "fit",
       "--fit",
       "assume | require | contexts (default contexts: what one context does not hold runs in several, one after "
       "another; assume: as if the device had enough of everything)",
       nullptr,
       S::one,
       F::name,
       "contexts",
       "fit {0}",
       C::none,
       false,
       compiling,
       0,
       {"assume", "require", "contexts"},
       not_a_fit,
       bind_fit,
       "assume"},
      {Knob::batch,
       "batch",
       {"batch"},
       "batch",
       "--batch",
       "frames that go through one context before the next is loaded (default 8); the partition is made for it",
       "frames of a batch through several contexts, ... (default 8)",
       S::one,
       F::number,
       "8",
       "batch {0}",
       C::none,
       true,
       compiling | bit(Command::tune),
       bit(Command::sweep),
       {},
       not_a_batch,
       bind_batch},
      {Knob::max_contexts,
       "max_contexts",
       {"max_contexts"},
       "max_contexts",
       "--max-contexts",
       "contexts that a network may be cut into (default any)",
       nullptr,
       S::one,
       F::number,
       "any",
       "at most {0} contexts",
       C::none,
       false,
       compiling | bit(Command::tune),
       0,
       {"any"},
       not_a_number_of_contexts,
       bind_max_contexts},
      {Knob::context_cuts,
       "context_cuts",
       {"contexts"},
       "context_cuts",
       "--contexts",
       "the layers, or stages, that all contexts but the first begin with, in place of searching for the cuts: a file, "
       "or "
       "names with commas",
       nullptr,
       S::one,
       F::name,
       nullptr,
       "contexts {0}",
       C::contexts,
       false,
       compiling | bit(Command::tune),
       0,
       {},
       not_a_name,
       bind_context_cuts},
      {Knob::link,
       "link",
       {"link"},
       "link",
       "--link",
       "gen3x4 | gen3x1 | gen2x1 | BYTES a second, each way, in place of the device's host link",
       "host links, ...: gen3x4, gen3x1, gen2x1 or bytes a second",
       S::one,
       F::number,
       nullptr,
       "link {0}",
       C::none,
       true,
       compiling | bit(Command::tune),
       bit(Command::sweep),
       {"gen3x4", "gen3x1", "gen2x1"},
       not_a_link,
       nullptr},
      {Knob::timing,
       "timing",
       {"timing"},
       "timing",
       "--timing",
       "decoupled | synchronous: the same results, the second much slower",
       nullptr,
       S::one,
       F::name,
       "decoupled",
       "{0}",
       C::none,
       false,
       bit(Command::run) | bit(Command::regress),
       0,
       {"decoupled", "synchronous"},
       [](const std::string& /*value*/) { return "decoupled or synchronous"; },
       bind_timing},
      {Knob::costs,
       "costs",
       {"costs"},
       "costs",
       "--costs",
       "CSV of own costs: layer or stage, cycles a step[, latency]; or FINN's folding JSON: PE and SIMD of each layer",
       nullptr,
       S::one,
       F::name,
       nullptr,
       "costs {0}",
       C::costs,
       false,
       compiling | bit(Command::tune),
       0,
       {},
       not_a_name,
       bind_costs},
      {Knob::mapping,
       "mapping",
       {"mapping"},
       "mapping",
       "--mapping",
       "explicit allocation: a file, or the name of one in configs/mappings",
       nullptr,
       S::one,
       F::name,
       nullptr,
       "mapping {0}",
       C::mapping,
       false,
       compiling | bit(Command::tune),
       0,
       {},
       not_a_name,
       bind_mapping},
      {Knob::penalties,
       "penalties",
       {"penalties"},
       "penalties",
       "--penalties",
       "JSON file: what a height costs in accuracy, by block",
       nullptr,
       S::one,
       F::name,
       nullptr,
       "penalties {0}",
       C::penalties,
       false,
       measuring | bit(Command::size),
       0,
       {},
       not_a_name,
       bind_penalties},
      {Knob::combine,
       "combine",
       {"combine"},
       "combine",
       "--combine",
       "rss | sum | max: what penalties of single blocks come to together (default rss, root of the sum of squares)",
       nullptr,
       S::one,
       F::name,
       nullptr,
       "penalties by {0}",
       C::none,
       false,
       measuring | bit(Command::size),
       0,
       {"rss", "sum", "max"},
       [](const std::string& /*value*/) { return "rss, sum or max"; },
       nullptr},
      {Knob::stage_clusters,
       "stage_clusters",
       {"clusters"},
       "stage_cluster",
       "--cluster",
       "STAGE=C: the stage, or layer, runs in cluster C, whatever the mapping says; repeatable",
       nullptr,
       S::by_name,
       F::number,
       nullptr,
       "{1} in cluster {0}",
       C::none,
       false,
       trying,
       0,
       {},
       not_a_cluster,
       bind_stage_clusters},
      {Knob::stage_subclusters,
       "stage_subclusters",
       {"subclusters"},
       "stage_subclusters",
       "--subclusters",
       "STAGE=N: the stage, or layer, gets N subclusters, whatever the mapping says; repeatable",
       nullptr,
       S::by_name,
       F::number,
       nullptr,
       "{1} with {0} subclusters",
       C::none,
       false,
       trying,
       0,
       {},
       not_subclusters,
       bind_stage_subclusters},
      {Knob::input_size,
       "input_size",
       {"input_size"},
       "input_size",
       "--input-size",
       "HxW of a model's input",
       nullptr,
       S::one,
       F::size,
       nullptr,
       "input {0}",
       C::none,
       false,
       importing,
       0,
       {},
       not_a_size,
       nullptr},
      {Knob::assume_free,
       "assume_free",
       {"assume_free"},
       "assume_free",
       "--assume-free",
       "an ONNX operator or node that is taken to cost nothing where no rule covers it; repeatable",
       nullptr,
       S::names,
       F::name,
       nullptr,
       "{1} free",
       C::none,
       false,
       importing,
       0,
       {},
       not_a_name,
       nullptr},
      {Knob::outputs,
       "outputs",
       {"outputs"},
       "outputs",
       "--outputs",
       "NAME[,NAME...]: tensors or nodes at which a model ends (default: its outputs); repeatable",
       nullptr,
       S::names,
       F::name,
       nullptr,
       "to {1}",
       C::none,
       false,
       importing,
       0,
       {},
       not_a_name,
       nullptr},
      {Knob::defaults,
       "defaults",
       {"defaults"},
       "defaults",
       "--defaults",
       "0.1 | 0.2: of what is not given, what was usual in that version (0.1: --fit assume --buffers full-rate)",
       nullptr,
       S::one,
       F::name,
       "0.2",
       "defaults of {0}",
       C::none,
       false,
       compiling,
       0,
       {"0.1", "0.2"},
       [](const std::string& /*value*/) { return "0.1 or 0.2"; },
       nullptr},
  };
}

/// One spelling for equal numbers.
std::string spelled(const KnobRow& row, const std::string& value) {
  if (row.form == KnobForm::size) {
    const std::size_t cross = value.find('x');
    return fmt::format("{}x{}", std::stoll(value.substr(0, cross)), std::stoll(value.substr(cross + 1)));
  }
  if (row.form == KnobForm::name) return value;
  const bool integer = value.find_first_not_of("-0123456789") == std::string::npos;
  return integer ? fmt::format("{}", std::stoll(value)) : fmt::format("{}", std::stod(value));
}

bool is_word(const KnobRow& row, const std::string& value) {
  return std::any_of(row.words.begin(), row.words.end(), [&](const char* word) { return value == word; });
}

/// 3.0 and 4e8 count as integers, as in JSON Schema.
std::string number_text(const nlohmann::json& value) {
  if (!value.is_number_float()) return json_text(value);
  const double number = value.get<double>();
  const bool whole = std::abs(number) < 1e15 && number == std::floor(number);
  return whole ? std::to_string(static_cast<std::int64_t>(number)) : json_text(value);
}

std::string size_text(const Reader& reader) {
  const auto sides = reader.items(2);
  if (sides.size() != 2) reader.mismatch("[height, width]");
  return fmt::format("{}x{}", sides[0].integer(1, 65536), sides[1].integer(1, 65536));
}

}  // namespace

const std::vector<KnobRow>& knobs() {
  static const std::vector<KnobRow> rows = table();
  return rows;
}

const KnobRow& row_of(Knob knob) { return knobs().at(static_cast<std::size_t>(knob)); }

bool has_knob(Command command, const KnobRow& row) { return (row.commands & bit(command)) != 0; }

bool takes_list(Command command, const KnobRow& row) { return (row.lists & bit(command)) != 0; }

std::string checked_value(const KnobRow& row, const std::string& value, const std::string& where) {
  if (is_word(row, value)) return value;
  const char* expected = row.complaint(value);
  if (expected == nullptr) return spelled(row, value);
  const std::vector<std::string> words(row.words.begin(), row.words.end());
  throw InputError(where, fmt::format("found \"{}\", expected {}{}", value, expected, nearest_hint(value, words)));
}

std::string json_value(const KnobRow& row, const Reader& reader) {
  const nlohmann::json& value = reader.json();
  if (row.form == KnobForm::size) return size_text(reader);
  if (row.form == KnobForm::name) return checked_value(row, reader.name(), reader.where());
  const bool word = value.is_string() && is_word(row, value.get<std::string>()) && row.form != KnobForm::figure;
  if (word) return value.get<std::string>();
  if (value.is_boolean() && row.form == KnobForm::figure) return json_text(value);
  if (value.is_number()) return checked_value(row, number_text(value), reader.where());
  const char* expected = row.complaint("");
  reader.mismatch(expected);
}

}  // namespace rowflow

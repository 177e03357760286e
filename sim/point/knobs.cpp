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

namespace rowflow {

namespace {

using Point = DesignPoint;
using Options = EvaluateOptions;

constexpr unsigned bit(Command command) { return static_cast<unsigned>(command); }
constexpr unsigned simulating =
    bit(Command::run) | bit(Command::size) | bit(Command::explain) | bit(Command::sweep) | bit(Command::regress);
constexpr unsigned compiling = simulating | bit(Command::plan);
constexpr unsigned measuring = bit(Command::run) | bit(Command::sweep) | bit(Command::regress);
constexpr unsigned tiling = compiling | bit(Command::export_);
constexpr unsigned importing = tiling | bit(Command::tune) | bit(Command::import);
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

const char* not_a_figure(const std::string& value) {
  return is_integer(value, -999'999'999'999'999, 999'999'999'999'999) ? nullptr : "an integer, true or false";
}

const char* not_frames(const std::string& value) {
  return is_integer(value, 1, 1'000'000) ? nullptr : "a number of frames in [1, 1000000], \"steady\" or \"proven\"";
}

const char* not_a_fit(const std::string& value) {
  return value == "contexts" ? "assume or require: cutting a network into contexts is not available yet"
                             : "assume or require";
}

const char* not_a_size(const std::string& value) {
  const std::size_t cross = value.find('x');
  const bool size = cross != std::string::npos && is_integer(value.substr(0, cross), 1, 65536) &&
                    is_integer(value.substr(cross + 1), 1, 65536);
  return size ? nullptr : "HxW, like 224x224";
}

void bind_buffers(const Point& point, const Contents& contents, Options& options) {
  const std::string buffers = point.value(Knob::buffers);
  if (is_policy(buffers))
    options.buffers = buffers;
  else
    options.capacities = contents.buffers(buffers);
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

void bind_frames(const Point& point, const Contents& /*contents*/, Options& options) {
  const std::string frames = point.value(Knob::frames);
  options.until_proven = frames == "proven";
  if (frames != "proven" && frames != "steady") options.frames = std::stoi(frames);
}

void bind_fit(const Point& point, const Contents& /*contents*/, Options& options) {
  options.fit = point.value(Knob::fit);
}

void bind_timing(const Point& point, const Contents& /*contents*/, Options& options) {
  options.timing = point.value(Knob::timing) == "synchronous" ? Timing::synchronous : Timing::decoupled;
}

void bind_costs(const Point& point, const Contents& contents, Options& options) {
  if (point.given(Knob::costs)) options.costs = contents.costs(point.value(Knob::costs));
}

void bind_mapping(const Point& point, const Contents& contents, Options& options) {
  if (!point.given(Knob::mapping)) return;
  const MappingFile& mapping = contents.mapping(point.value(Knob::mapping));
  options.mapping = mapping.layers;
  options.fifo_rows = mapping.fifo_rows;
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
       "a name from `rowflow list`, or a device file (default hailo8)",
       nullptr,
       S::one,
       F::name,
       "hailo8",
       "{0}",
       C::device,
       false,
       compiling | bit(Command::tune) | bit(Command::calibrate),
       0,
       {},
       not_a_name,
       nullptr},
      {Knob::tile_height,
       "tile_height",
       {"tile_height"},
       "tile_height",
       "--tile-height",
       "T[,T...] of all SE blocks, each a number of rows or \"full\"; LAYER=T for one block; repeatable",
       "T,... of all SE blocks (rows or \"full\"); LAYER=T,... of one block; '*=T,...' of every block on its own; "
       "repeatable",
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
      {Knob::buffers,
       "buffers",
       {"buffers"},
       "buffers",
       "--buffers",
       "minimal | full-rate | best | FILE with capacities (default full-rate)",
       "minimal, full-rate, best or a buffers file, several with commas (default full-rate)",
       S::one,
       F::name,
       "full-rate",
       "{0}",
       C::buffers,
       true,
       compiling,
       bit(Command::sweep),
       {},
       not_a_name,
       bind_buffers},
      {Knob::capacities,
       "capacities",
       {"buffers"},
       "capacity",
       nullptr,
       "",
       nullptr,
       S::by_name,
       F::number,
       nullptr,
       "{1} = {0} rows",
       C::none,
       false,
       bit(Command::regress),
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
      {Knob::device_set,
       "device_set",
       {"device"},
       "device",
       "--device-set",
       "",
       "/POINTER=V,...: a figure of the device, like /rates/depthwise=3000,4000; repeatable",
       S::by_name,
       F::figure,
       nullptr,
       "{1} = {0}",
       C::none,
       true,
       bit(Command::sweep),
       bit(Command::sweep),
       {"true", "false"},
       not_a_figure,
       nullptr},
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
       "assume | require (default assume: as if the device had enough of everything)",
       nullptr,
       S::one,
       F::name,
       "assume",
       "fit {0}",
       C::none,
       false,
       compiling,
       0,
       {"assume", "require"},
       not_a_fit,
       bind_fit},
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
       "CSV of own costs: layer or stage, cycles a step[, latency]",
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

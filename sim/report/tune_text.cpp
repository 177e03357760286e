#include "sim/report/tune_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/height_text.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/rows_enough.hpp"
#include "sim/report/json_lines.hpp"
#include "sim/report/text_parts.hpp"
#include "sim/report/verdict.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

Json height_json(Rows height) { return height == 0 ? Json("full") : Json(height); }

const char* combine_text(Combine combine) {
  return combine == Combine::rss ? "root of the sum of squares" : combine == Combine::sum ? "sum" : "the largest";
}

std::string goal_text(const TuneResult& asked) {
  const std::string limit = asked.buffer_budget ? kib(*asked.buffer_budget) + " KiB of buffers" : "";
  std::string text = "least buffer memory at full throughput";
  if (asked.goal == TuneGoal::throughput) text = "best throughput within " + limit;
  if (asked.goal == TuneGoal::fewest_tiled)
    text = "fewest tiled blocks for full throughput within " + limit + ", early blocks first";
  if (asked.has_penalties && asked.goal == TuneGoal::fewest_tiled)
    text = "fewest tiled blocks for full throughput within " + limit;
  if (asked.batch) {
    text = fmt::format(
        "most frames a second at batch {}{}, and what is gentler to accuracy where that costs at most "
        "half a per cent",
        asked.batch->frames, asked.buffer_budget ? " within " + limit : "");
  }
  if (asked.max_penalty)
    text += fmt::format(", penalties of at most {} ({})", *asked.max_penalty, combine_text(asked.combine));
  return text;
}

/// What stands in for accuracy where nothing is known of it.
std::string large_tiles_words() {
  return fmt::format(", of tiles of at least {} rows (--heights T,… for others; {})", rows_enough, rows_enough_source);
}

Bytes bypass_bytes(const RunResult& result, std::size_t block) {
  const Buffer& bypass = result.plan.buffers[static_cast<std::size_t>(result.plan.se_blocks[block].bypass)];
  return bypass.capacity_rows * bypass.row_bytes;
}

double wait_of(const RunResult& result, std::size_t block) {
  return block < result.se.size() ? result.se[block].wait_for_vector_cycles : 0;
}

int tiled_blocks(const TuneResult& result) {
  int count = 0;
  for (const TunedBlock& block : result.blocks) count += block.tile_height > 0 ? 1 : 0;
  return count;
}

double penalty_of_all(const TuneResult& result) {
  std::vector<double> penalties;
  for (const TunedBlock& block : result.blocks) penalties.push_back(block.penalty.value_or(0));
  return combined_penalty(result.combine, penalties);
}

/// What is known of accuracy.
std::string penalty_text(const TuneResult& result, const TextStyle& style) {
  if (!result.has_penalties) return "Accuracy is not predicted.\n";
  std::string text =
      wrap(fmt::format("Penalties: {:.6g} in all ({} of the blocks'), as given{}.", penalty_of_all(result),
                       combine_text(result.combine), result.measured ? "" : "; accuracy itself is not predicted"),
           2);
  if (!result.measured) return text;
  const MeasuredPenalty& measured = *result.measured;
  const std::string error = measured.standard_error ? fmt::format(" ±{:.2g}", *measured.standard_error) : "";
  const bool too_much = result.max_penalty && measured.penalty > *result.max_penalty;
  const std::string line =
      wrap(fmt::format("Measured with all these heights: {:.4g}{} on {} samples of {} ({}){}", measured.penalty, error,
                       measured.samples, measured.data, measured.runtime, too_much ? ": more than allowed." : "."),
           2);
  return text + (too_much ? style.warn(line) : line);
}

Json measured_json(const MeasuredPenalty& measured) {
  return {{"penalty", measured.penalty},
          {"standard_error", measured.standard_error ? Json(*measured.standard_error) : Json()},
          {"samples", measured.samples},
          {"data", measured.data},
          {"runtime", measured.runtime}};
}

double fps_of(const TuneResult& result, const TuneScore& score) {
  return frames_per_second(result.answer.plan, static_cast<double>(score.stage_interval));
}

/// What this block's tiles are good for.
std::string full_instead(const TunedBatch& batch, const TunedBlock& block) {
  if (!block.full_instead || batch.tuned.fps == 0) return "–";
  return fmt::format("{:+.1f} %", (*block.full_instead / batch.tuned.fps - 1) * 100);
}

std::string block_table(const TuneResult& result, bool penalties, const TextStyle& style) {
  const bool batch = result.batch.has_value();
  std::vector<Column> columns = {
      {"block", Align::left, 40},          {"H"}, {"T"}, {"bypass\nKiB"}, {batch ? "full instead\nfps" : "saves\nKiB"},
      {"waits for vector\ncycles a frame"}};
  if (penalties) columns.push_back({"penalty"});
  Table table(columns);
  for (std::size_t k = 0; k < result.blocks.size(); ++k) {
    const TunedBlock& block = result.blocks[k];
    std::vector<std::string> cells = {block.layer,
                                      fmt::format("{}", block.height),
                                      height_text(block.tile_height),
                                      kib(bypass_bytes(result.answer, k)),
                                      batch                                    ? full_instead(*result.batch, block)
                                      : block.tile_height == 0 || !block.saved ? "–"
                                                                               : kib(*block.saved),
                                      thousands(static_cast<std::int64_t>(wait_of(result.answer, k)))};
    if (penalties) cells.push_back(fmt::format("{}", block.penalty.value_or(0)));
    table.add(std::move(cells));
  }
  return table.text(style);
}

int tiled_when_seven(const TuneResult& result) {
  int sevens = 0;
  for (const TunedBlock& block : result.blocks) sevens += block.height > 7 ? 1 : 0;
  return sevens;
}

std::string batch_table(const TuneResult& result, const TextStyle& style) {
  const TunedBatch& batch = *result.batch;
  std::vector<Column> columns = {{"", Align::left}, {"tiled\nblocks"}, {"contexts"}, {"buffers\nKiB"}};
  if (batch.frames != 1) columns.push_back({"fps at\nbatch 1"});
  columns.push_back({fmt::format("fps at\nbatch {}", batch.frames)});
  Table table(columns);
  const auto row = [&](const std::string& name, int tiled, const BatchScore& score) {
    std::vector<std::string> cells = {name, fmt::format("{}", tiled), fmt::format("{}", score.contexts),
                                      kib(score.bytes)};
    if (batch.frames != 1) cells.push_back(fmt::format("{:.1f}", score.fps_alone));
    cells.push_back(fmt::format("{:.1f}", score.fps));
    table.add(std::move(cells));
  };
  row("as above", tiled_blocks(result), batch.tuned);
  row("all full", 0, batch.full);
  if (batch.sevens) row("all T = 7", tiled_when_seven(result), *batch.sevens);
  return table.text(style);
}

std::string total_table(const TuneResult& result, const TextStyle& style) {
  Table table({{"", Align::left}, {"tiled\nblocks"}, {"buffers\nKiB"}, {"Δ"}, {"fps"}});
  const auto row = [&](const std::string& name, std::size_t tiled, Bytes bytes, double fps) {
    const double change = (static_cast<double>(bytes) / static_cast<double>(result.full.bytes) - 1) * 100;
    table.add({name, fmt::format("{}", tiled), kib(bytes), change == 0 ? "" : fmt::format("{:+.0f}%", change),
               fmt::format("{:.1f}", fps)});
  };
  const auto fps = frames_per_second(result.answer);
  row("as above", static_cast<std::size_t>(tiled_blocks(result)), total_buffer_bytes(result.answer.plan),
      fps.value_or(0));
  row("all full", 0, result.full.bytes, fps_of(result, result.full));
  const auto sevens = static_cast<std::size_t>(tiled_when_seven(result));
  if (result.sevens) row("all T = 7", sevens, result.sevens->bytes, fps_of(result, *result.sevens));
  return table.text(style);
}

/// What it holds for.
std::string covered(const TuneResult& result) {
  const Plan& plan = result.answer.plan;
  if (result.batch) return "among these heights, in the contexts that the mapper finds";
  return fmt::format("among these heights, in one context{}", plan.fit.fits ? "" : " as if it fitted");
}

/// What the goal minimises first.
const char* guaranteed(TuneGoal goal) {
  if (goal == TuneGoal::batch) return "fps";
  return goal == TuneGoal::memory ? "bytes" : goal == TuneGoal::throughput ? "interval_cycles" : "tiled_blocks";
}

Json score_json(const TuneResult& result, const TuneScore& score) {
  return {{"bytes", score.bytes}, {"interval_cycles", score.stage_interval}, {"fps", fps_of(result, score)}};
}

Json batch_score_json(const BatchScore& score) {
  return {{"fps", score.fps}, {"fps_batch_1", score.fps_alone}, {"contexts", score.contexts}, {"bytes", score.bytes}};
}

Json batch_json(const TunedBatch& batch) {
  return {{"frames", batch.frames},
          {"tuned", batch_score_json(batch.tuned)},
          {"full", batch_score_json(batch.full)},
          {"sevens", batch.sevens ? batch_score_json(*batch.sevens) : Json()}};
}

Json block_json(const TuneResult& result, std::size_t k) {
  const TunedBlock& block = result.blocks[k];
  return {{"layer", block.layer},
          {"height", block.height},
          {"tile_height", height_json(block.tile_height)},
          {"bypass_bytes", bypass_bytes(result.answer, k)},
          {"saved_bytes", block.saved ? Json(*block.saved) : Json()},
          {"full_instead_fps", block.full_instead ? Json(*block.full_instead) : Json()},
          {"wait_for_vector_cycles", wait_of(result.answer, k)},
          {"penalty", block.penalty ? Json(*block.penalty) : Json()}};
}

/// Nothing is known of choices that were not tried for a batch.
Json least_possible(const TuneResult& result) {
  return result.batch && !result.exact ? Json() : Json(result.batch ? result.reached : result.least);
}

Bytes buffers_of(const TuneResult& result) {
  return result.batch ? result.batch->tuned.bytes : total_buffer_bytes(result.answer.plan);
}

}  // namespace

std::string tune_text(const TuneResult& result, const TextStyle& style) {
  const Plan& plan = result.answer.plan;
  std::string text = heading(plan, style) + verdict_text(verdict(result.answer), {}, style);
  text += wrap("Goal: " + goal_text(result) + (result.large_tiles_only ? large_tiles_words() : "") + ".", 2) + "\n";
  if (!result.found) text += style.warn(wrap("Not found: " + result.reason + ".", 2)) + "\n";
  text += block_table(result, result.has_penalties, style) + "\n" +
          (result.batch ? batch_table(result, style) : total_table(result, style)) + "\n";
  if (result.found)
    text += wrap(
        fmt::format("Guarantee, {}: {}. {} choices simulated.", covered(result), result.guarantee, result.simulated),
        2);
  text += penalty_text(result, style);
  if (result.batch) {
    text += wrap(
        "Full instead: frames a second at the batch with this block alone full. Buffers: of the context with "
        "the most.");
    return text + assumed_text(plan, style);
  }
  text += wrap(
      "Saves: buffer memory against this block alone full. Δ: against all full. Buffers at the full-rate depths "
      "(T14).");
  return text + assumed_text(plan, style);
}

std::string tune_json(const TuneResult& result) {
  const Plan& plan = result.answer.plan;
  const auto fps = frames_per_second(result.answer);
  Json blocks = Json::array();
  for (std::size_t k = 0; k < result.blocks.size(); ++k) blocks.push_back(block_json(result, k));
  Json json = {{"schema", "rowflow.tune/3"},
               {"version", version()},
               {"network", plan.network.name},
               {"device", plan.device.name}};
  json["goal"] = to_string(result.goal);
  json["limits"] = {{"buffer_bytes", result.buffer_budget ? Json(*result.buffer_budget) : Json()},
                    {"penalty", result.max_penalty ? Json(*result.max_penalty) : Json()},
                    {"combine", to_string(result.combine)}};
  json["status"] = result.found ? "ok" : "not_found";
  if (!result.found) json["reason"] = result.reason;
  json["guarantee"] = {{"exact", result.exact},        {"of", guaranteed(result.goal)},
                       {"reached", result.reached},    {"least_possible", least_possible(result)},
                       {"text", result.guarantee},     {"combinations", result.combinations},
                       {"simulated", result.simulated}};
  json["tuned"] = {{"bytes", buffers_of(result)},
                   {"interval_cycles", fps ? Json(result.answer.saturated.throughput.interval->value()) : Json()},
                   {"fps", fps ? Json(*fps) : Json()},
                   {"paced_cycles", result.answer.latency.paced ? Json(*result.answer.latency.paced) : Json()},
                   {"tiled_blocks", tiled_blocks(result)},
                   {"penalty", result.has_penalties ? Json(penalty_of_all(result)) : Json()}};
  json["full"] = result.batch ? Json() : score_json(result, result.full);
  json["sevens"] = result.sevens ? score_json(result, *result.sevens) : Json();
  json["batch"] = result.batch ? batch_json(*result.batch) : Json();
  json["blocks"] = std::move(blocks);
  json["measured"] = result.measured ? measured_json(*result.measured) : Json();
  json["accuracy"] = "not predicted";
  json["assumed"] = plan.assumed;
  return json_lines(json) + "\n";
}

}  // namespace rowflow

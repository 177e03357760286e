#include "sim/studies/penalties/measuring.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/process_pool.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/config/parse.hpp"
#include "sim/import/export.hpp"
#include "sim/studies/penalties/data_files.hpp"
#include "sim/studies/penalties/node_worker.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;

constexpr double part_seconds = 20;  // of work between two looks at it; what is lost when it is stopped
const char* const original = "original";
const char* const of_gates = "gates";

std::string key_of(const BlockHeights& choice) { return choice.empty() ? original : json_text(nlohmann::json(choice)); }

MeasuredLoss loss_from(const SampleSums& sums, bool is_distance) {
  const auto count = static_cast<double>(sums.count);
  const double mean = sums.sum / count;
  MeasuredLoss measured{std::max(0.0, mean), std::nullopt};
  if (sums.squares && sums.count > 1)
    measured.standard_error = std::sqrt(std::max(0.0, *sums.squares / count - mean * mean) / (count - 1));
  if (!is_distance) return measured;
  measured.penalty = std::sqrt(mean);  // the worker's figure is squared
  if (mean > 0 && measured.standard_error) *measured.standard_error /= 2 * measured.penalty;
  return measured;
}

void check_program(const std::string& metric) {
  std::error_code none;
  if (!fs::is_regular_file(metric, none))
    throw InputError("--metric", fmt::format("found \"{}\", expected distance, top1, iou or a program's file", metric));
  if (access(metric.c_str(), X_OK) != 0) throw InputError(metric, "found no right to execute it, expected a program");
}

SampleSums& operator+=(SampleSums& all, const SampleSums& part) {
  all.count += part.count;
  all.sum += part.sum;
  if (part.squares) all.squares = all.squares.value_or(0) + *part.squares;
  all.energies.resize(std::max(all.energies.size(), part.energies.size()), 0);
  for (std::size_t k = 0; k < part.energies.size(); ++k) all.energies[k] += part.energies[k];
  return all;
}

}  // namespace

bool is_known_metric(const std::string& metric) { return metric == "distance" || metric == "top1" || metric == "iou"; }

Measuring::Measuring(MeasureSetup setup) : setup_(std::move(setup)) {
  if (!is_known_metric(setup_.with.metric)) check_program(setup_.with.metric);
  files_ = data_files(setup_.with.data);
  read_blocks();
  const int parts = describe();
  take_up(parts);
}

void Measuring::read_blocks() {
  const Network network = build_network(import_onnx(setup_.model, setup_.import).network);
  if (!network.further_inputs.empty())
    throw InputError(setup_.model, fmt::format("found {} inputs, expected one: samples are single maps",
                                               network.further_inputs.size() + 1));
  input_ = network.input;
  for (const Layer& layer : network.layers) {
    if (layer.config.type != LayerType::squeeze_excite) continue;
    const Rows height = layer.input_shapes[0].height, tile = layer.config.tile_height;
    if (tile > 0 && tile < height)
      throw InputError(setup_.model, fmt::format("the block \"{}\" is tiled already, with {} rows, expected the model "
                                                 "without tiles",
                                                 layer.config.name, tile));
    blocks_.push_back({layer.config.name, height});
  }
  if (blocks_.empty()) throw InputError(setup_.model, "found no squeeze-and-excite block, so there is nothing to tile");
  const auto [height, width] = setup_.with.preprocess.resize;
  if (height > 0 && (height < input_.height || width < input_.width))
    throw InputError("--preprocess", fmt::format("found resize to {} × {}, expected at least the input's {} × {}",
                                                 height, width, input_.height, input_.width));
}

/// What every task has.
nlohmann::json Measuring::job(const std::string& task) const {
  return {{"task", task},
          {"original", setup_.model},
          {"files", files_},
          {"shape", {input_.channels, input_.height, input_.width}},
          {"preprocess", preprocess_json(setup_.with.preprocess)},
          {"labels", setup_.with.labels},
          {"limit", setup_.most_samples > 0 ? setup_.most_samples : std::int64_t{1'000'000'000}}};
}

std::string Measuring::in_folder(const std::string& name) const { return (fs::path(setup_.folder) / name).string(); }

/// Tries model, data and runtime on one sample. Into how many parts the samples are best divided.
int Measuring::describe() {
  nlohmann::json asked = job("describe");
  asked["model"] = setup_.model;
  const auto answer = run_node_worker(asked, setup_.folder + ".job.json");
  MeasuredWith& with = setup_.with;
  with.model = setup_.model;
  with.model_hash = hash_text(read_text(setup_.model));
  with.data_hash = hash_of(with.data, files_);
  with.samples = answer.at("samples");
  with.runtime = answer.at("runtime");
  const double seconds = static_cast<double>(with.samples) * answer.at("seconds").get<double>();
  return static_cast<int>(std::clamp<std::int64_t>(std::llround(seconds / part_seconds), 1, with.samples));
}

/// A folder of the same recipe keeps its parts, whatever the machine's speed is now.
void Measuring::take_up(int parts) {
  const MeasuredWith& with = setup_.with;
  nlohmann::json recipe{{"model", with.model_hash},
                        {"data", with.data_hash},
                        {"samples", with.samples},
                        {"metric", with.metric},
                        {"threshold", with.threshold},
                        {"runtime", with.runtime},
                        {"outputs", setup_.import.outputs},
                        {"se_mode", with.se_mode},
                        {"shape", {input_.channels, input_.height, input_.width}}};
  recipe["preprocess"] = preprocess_json(with.preprocess);
  for (const std::string& file : {with.labels, is_known_metric(with.metric) ? std::string() : with.metric})
    recipe["files"].push_back(file.empty() ? "" : hash_text(read_text(file)));
  before_ = std::make_unique<MeasuredBefore>(setup_.folder, recipe);
  known_before_ = before_->size();
  parts_ = before_->parts(parts);
}

/// A program sees all outputs at once.
int Measuring::parts_of(const BlockHeights& choice) const {
  return choice.empty() || is_known_metric(setup_.with.metric) ? parts_ : 1;
}

/// The model with these heights, and what compares it with the original.
nlohmann::json Measuring::tiled_job(const Task& task, const std::string& name) const {
  ExportOptions options;
  options.tile_height = 0;
  options.gates = gates_;
  for (const auto& [layer, height] : task.choice) {
    if (height == static_gate)
      options.modes.emplace_back(layer, SqueezeMode::fixed);
    else
      options.blocks.emplace_back(layer, height);
  }
  if (setup_.with.se_mode == "cumulative") options.mode = SqueezeMode::cumulative;
  nlohmann::json asked = job("compare");
  asked["model"] = in_folder(name + ".onnx");
  write_whole_file(asked["model"].get<std::string>(), export_tiled(setup_.model, options, setup_.import).bytes);
  asked["metric"] = is_known_metric(setup_.with.metric) ? setup_.with.metric : "program";
  asked["threshold"] = setup_.with.threshold;
  asked["energies"] = mean_energies(original);
  asked["program"] = fs::absolute(setup_.with.metric).string();
  asked["found"] = in_folder(name + ".found");
  return asked;
}

/// In a process of its own: the answer's text.
std::string Measuring::run(const Task& task) const {
  const std::string name = fmt::format("{}", getpid());
  const std::int64_t samples = setup_.with.samples;
  nlohmann::json asked;
  if (task.key == original) {
    asked = job("reference");
    asked["model"] = setup_.model;
  } else if (task.key == of_gates) {
    asked = job("gates");
    const GateOutputs outputs = gate_outputs(setup_.model, setup_.import);
    for (const auto& gate : outputs.gates) asked["channels"].push_back(gate.channels);
    asked["model"] = in_folder(name + ".onnx");
    write_whole_file(asked["model"].get<std::string>(), outputs.bytes);
  } else {
    asked = tiled_job(task, name);
  }
  asked["samples"] = {samples * task.part / task.parts, samples * (task.part + 1) / task.parts};
  asked["reference"] = in_folder("reference");
  const std::string answer = json_text(run_node_worker(asked, in_folder(name + ".json")));
  std::error_code none;
  if (task.key != original) fs::remove(asked["model"].get<std::string>(), none);
  return answer;
}

SampleSums Measuring::sums_of(const std::string& key, int parts) const {
  SampleSums sums;
  for (int part = 0; part < parts; ++part) sums += *before_->find({key, part});
  return sums;
}

std::vector<double> Measuring::mean_energies(const std::string& key) const {
  SampleSums sums = sums_of(key, parts_);
  for (double& energy : sums.energies) energy /= static_cast<double>(sums.count);
  return sums.energies;
}

/// The factors of static gates: means of the original's gates.
void Measuring::calibrate() {
  run_all(open_parts(of_gates, {}), static_cast<std::size_t>(parts_));
  const std::vector<double> means = mean_energies(of_gates);
  auto begin = means.begin();
  for (const auto& gate : gate_outputs(setup_.model, setup_.import).gates) {
    gates_[gate.layer].assign(begin, begin + gate.channels);
    begin += gate.channels;
  }
}

void Measuring::run_all(const std::vector<Task>& tasks, std::size_t total) {
  std::size_t computed = 0;
  const auto tell = [&] {
    if (setup_.progress) setup_.progress(total - tasks.size() + computed, total, computed);
  };
  const auto take = [&](std::size_t i, const ChildOutcome& outcome) {
    if (outcome.input_fault) throw InputError("", outcome.death);
    if (!outcome.answered) throw Defect("a measurement's process ended: " + outcome.death);
    before_->add({tasks[i].key, tasks[i].part}, sums_from(nlohmann::json::parse(outcome.answer)));
    ++computed;
    tell();
  };
  tell();
  for_each_in_children(
      tasks.size(), setup_.jobs, [&](std::size_t i) { return run(tasks[i]); }, take);
}

MeasuredLoss Measuring::sum_of(const BlockHeights& choice) const {
  return loss_from(sums_of(key_of(choice), parts_of(choice)), setup_.with.metric == "distance");
}

std::vector<Measuring::Task> Measuring::open_parts(const std::string& key, const BlockHeights& choice) const {
  std::vector<Task> open;
  for (int part = 0; part < parts_of(choice); ++part) {
    if (before_->find({key, part}) == nullptr) open.push_back({key, choice, part, parts_of(choice)});
  }
  return open;
}

/// The original first: all others are compared with its outputs.
std::vector<MeasuredLoss> Measuring::measure(const std::vector<BlockHeights>& choices) {
  std::vector<Task> tasks;
  std::size_t total = 0;
  for (const BlockHeights& choice : choices) {
    if (choice.empty()) continue;
    for (Task& task : open_parts(key_of(choice), choice)) tasks.push_back(std::move(task));
    total += static_cast<std::size_t>(parts_of(choice));
  }
  if (!tasks.empty()) run_all(open_parts(original, {}), static_cast<std::size_t>(parts_));
  if (setup_.with.se_mode == "static" && gates_.empty()) calibrate();
  run_all(tasks, total);
  std::vector<MeasuredLoss> measured;
  for (const BlockHeights& choice : choices) measured.push_back(choice.empty() ? MeasuredLoss{} : sum_of(choice));
  return measured;
}

}  // namespace rowflow

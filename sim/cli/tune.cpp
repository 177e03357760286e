#include <fmt/format.h>

#include <filesystem>

#include "sim/base/error.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/jobs.hpp"
#include "sim/cli/measure.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/studies/tune/tune.hpp"

namespace rowflow {

namespace {

TuneOptions tune_options(const Request& request, const EvaluateOptions& evaluate) {
  TuneOptions options;
  options.goal = enum_of<TuneGoal>(request.goal);
  options.heights = request.heights;
  options.max_penalty = request.max_penalty;
  if (!request.penalties.empty()) options.penalties = read_penalties_file(request.penalties).penalties;
  options.combine = enum_of<Combine>(request.combine).value_or(Combine::rss);
  options.jobs = jobs_of(request);
  options.evaluate = evaluate;
  options.buffer_budget = options.evaluate.buffer_budget;
  options.evaluate.buffer_budget.reset();
  return options;
}

/// The config as it was read, with the heights put in.
void write_tuned(const Request& request, NetworkConfig config, const TuneResult& result) {
  for (LayerConfig& layer : config.layers) {
    for (const TunedBlock& block : result.blocks) {
      if (layer.name == block.layer) layer.tile_height = block.tile_height;
    }
    if (layer.type == LayerType::squeeze_excite && request.point.given(Knob::se_mode))
      layer.se_mode = squeeze_mode(request.point.value(Knob::se_mode));
  }
  const std::string text = write_network_config(config);
  write_whole_file(request.out, text);
}

/// What --verify measures with: as the penalties were measured, of the same model.
class Verification {
 public:
  explicit Verification(const Request& request) : bar_(request.quiet, "parts") {
    const auto measured = read_penalties_file(request.penalties).measured;
    if (!measured)
      throw InputError(request.penalties,
                       "found no \"measured\", expected a file that `rowflow penalties` wrote: "
                       "--verify measures alike");
    MeasureSetup setup = measure_setup(request, bar_);
    setup.model = request.point.value(Knob::network);
    if (std::filesystem::path(setup.model).extension() != ".onnx")
      throw InputError("--verify", fmt::format("found the network {}, expected an ONNX model", setup.model));
    setup.with = *measured;
    setup.folder = folder_.path() + "/work";
    if (!request.data.empty()) setup.with.data = request.data;
    setup.most_samples = request.data.empty() ? measured->samples : 0;
    measuring_.emplace(std::move(setup));
    if (measuring_->with().model_hash != measured->model_hash)
      throw InputError(request.point.value(Knob::network),
                       fmt::format("is not the model that {} was measured with", request.penalties));
  }

  MeasuredPenalty operator()(const TuneResult& result) {
    BlockHeights heights;
    for (const TunedBlock& block : result.blocks) {
      if (block.tile_height > 0) heights[block.layer] = block.tile_height;
    }
    const MeasuredLoss found = measuring_->measure({heights}).front();
    const MeasuredWith& with = measuring_->with();
    return {found.penalty, found.standard_error, with.samples, with.data, with.runtime};
  }

 private:
  TemporaryFolder folder_;
  PointsBar bar_;
  std::optional<Measuring> measuring_;
};

bool is_within(const TuneResult& result) {
  return !result.measured || within_limit(result.measured->penalty, result.max_penalty);
}

/// Tiles are what is chosen, and penalties are those of the mode they were measured in.
void check_modes(const Request& request, const Network& network) {
  std::string measured;
  if (!request.penalties.empty())
    if (const auto with = read_penalties_file(request.penalties).measured) measured = with->se_mode;
  for (const Layer& layer : network.layers) {
    if (layer.config.type != LayerType::squeeze_excite) continue;
    const std::string mode(to_string(layer.config.se_mode));
    if (is_static_gate(layer))
      throw InputError(
          network.file,
          fmt::format("the block \"{}\" has a static gate, expected one with tiles to choose", layer.config.name));
    if (!measured.empty() && measured != mode)
      throw InputError(request.penalties,
                       fmt::format("was measured with {} gates, expected {} ones as the block \"{}\"", measured, mode,
                                   layer.config.name));
  }
}

}  // namespace

int tune_command(const Request& request) {
  const BoundPoint point = read_and_bind(request.point);
  check_modes(request, point.network);
  const TuneOptions options = tune_options(request, point.options);
  std::optional<Verification> verification;
  if (request.verify) verification.emplace(request);
  TuneResult result = tune(point.network, point.device, options);
  if (result.found && verification) result.measured = (*verification)(result);
  const bool answer = result.found && is_within(result);
  if (answer && !request.out.empty())
    write_tuned(request, named_network_config(request.point.value(Knob::network), request.point), result);
  Request to_terminal = request;
  to_terminal.out.clear();
  write_output(to_terminal, reporter_of(to_terminal)->tune(result));
  return answer ? 0 : 1;
}

}  // namespace rowflow

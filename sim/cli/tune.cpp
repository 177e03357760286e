#include <fmt/format.h>

#include <thread>

#include "sim/base/whole_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/points.hpp"
#include "sim/studies/tune/tune.hpp"

namespace rowflow {

namespace {

TuneOptions tune_options(const Request& request, const EvaluateOptions& evaluate) {
  TuneOptions options;
  options.goal = request.goal == "memory"       ? TuneGoal::memory
                 : request.goal == "throughput" ? TuneGoal::throughput
                                                : TuneGoal::fewest_tiled;
  options.heights = request.heights;
  options.max_penalty = request.max_penalty;
  if (!request.penalties.empty()) options.penalties = read_penalties_file(request.penalties);
  options.jobs = request.jobs > 0 ? request.jobs : static_cast<int>(std::thread::hardware_concurrency());
  options.evaluate = of_one_context(evaluate);
  options.evaluate.buffers = "full-rate";
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
  }
  const std::string text = write_network_config(config);
  write_whole_file(request.out, text);
}

}  // namespace

int tune_command(const Request& request) {
  const BoundPoint point = read_and_bind(request.point);
  const TuneOptions options = tune_options(request, point.options);
  const TuneResult result = tune(point.network, point.device, options);
  if (result.found && !request.out.empty())
    write_tuned(request, named_network_config(request.point.value(Knob::network), request.point), result);
  Request to_terminal = request;
  to_terminal.out.clear();
  write_output(to_terminal, reporter_of(to_terminal)->tune(result));
  return result.found ? 0 : 1;
}

}  // namespace rowflow

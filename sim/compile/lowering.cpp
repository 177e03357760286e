#include "sim/compile/lowering.hpp"

#include <fmt/format.h>

#include <set>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/fusion.hpp"
#include "sim/compile/lower_layers.hpp"

namespace rowflow {

namespace {

void add_source(LoweringState& state) {
  const Network& net = state.network;
  const int source = state.pipeline.add_stage("source", "source", StageKind::source, net.input.height);
  state.pipeline.plan().source = source;
  state.inputs.push_back(state.pipeline.output(source, emit_rows(net.input.height),
                                               checked_multiply(net.input.width, net.input.channels), net.input_bits));
  for (std::size_t k = 0; k < net.further_inputs.size(); ++k) {
    const auto& [name, shape, bits] = net.further_inputs[k];
    state.inputs.push_back({-1, shape.height, checked_multiply(shape.width, shape.channels), bits, further_input(k)});
  }
}

void add_sinks(LoweringState& state) {
  for (const int layer : state.network.outputs) {
    const std::string name =
        state.network.outputs.size() == 1 ? "sink" : "sink." + state.network.layers[layer].config.name;
    const Stream& stream = state.streams[layer];
    const int sink = state.pipeline.add_stage(name, name, StageKind::sink, stream.rows);
    state.pipeline.connect(stream, sink, row_window(stream.rows), BufferRole::straight);
  }
}

void note_static_gates(const Network& network, const std::vector<bool>& live, Plan& plan) {
  int blocks = 0, gates = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (!live[i] || network.layers[i].config.type != LayerType::squeeze_excite) continue;
    ++blocks;
    gates += is_static_gate(network.layers[i]) ? 1 : 0;
  }
  if (gates > 0)
    plan.warnings.push_back(
        fmt::format("{} of {} squeeze-and-excite blocks are static: calibrated factors in the weights beside them, no "
                    "stages, nothing that waits",
                    gates, blocks));
}

/// Layer names are unique, but a layer may be called like a part of another ("se.scale"), or "source".
void check_stage_names(const Network& network, const Plan& plan) {
  std::set<std::string> names;
  for (const Stage& stage : plan.stages)
    if (!names.insert(stage.name).second)
      throw InputError(
          network.file,
          fmt::format("found two pipeline stages named \"{}\", expected another name for that layer", stage.name));
}

}  // namespace

Lowered lower(const Network& network, const Device& device) {
  LoweringState state{
      network, device, {}, std::vector<Stream>(network.layers.size()), {}, fused_adds(network, device.fused_add)};
  const std::vector<bool> live = live_layers(network);
  add_source(state);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (live[i])
      lower_layer(state, static_cast<int>(i));
    else
      state.pipeline.plan().warnings.push_back(
          fmt::format("layer {} reaches no output and is left out", network.layers[i].config.name));
  }
  note_static_gates(network, live, state.pipeline.plan());
  add_sinks(state);
  Lowered lowered = std::move(state.pipeline).finish();
  check_stage_names(network, lowered.plan);
  return lowered;
}

}  // namespace rowflow

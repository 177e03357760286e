#include "sim/metrics/energy.hpp"

#include <algorithm>
#include <numeric>

#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

constexpr double per_milliwatt = 1e-3, per_femtojoule = 1e-15;

double& part(EnergyParts& parts, EnergyPart which) { return parts[static_cast<std::size_t>(which)]; }

Spread scaled(const EnergyFigure& figure, double factor) {
  const auto times = [&](std::int64_t value) { return static_cast<double>(value) * factor; };
  return {times(figure.value), times(figure.low), times(figure.high)};
}

Spread sum(const Spread& a, const Spread& b) { return {a.value + b.value, a.low + b.low, a.high + b.high}; }

Spread scaled(const Spread& a, double factor) { return {a.value * factor, a.low * factor, a.high * factor}; }

/// Rows that the steps of a frame read from the port: each step reads all rows of its window.
Rows rows_read(const StageInput& input) {
  Rows rows = 0, released = 0;
  for (std::size_t i = 0; i < input.needs.size(); ++i) {
    rows += input.needs[i] - released;
    released = input.releases[i];
  }
  return rows;
}

EnergyPart part_of(MemoryLevel level) {
  switch (level) {
    case MemoryLevel::l4:
      return EnergyPart::l4;
    case MemoryLevel::host:
      return EnergyPart::host;
    default:
      return EnergyPart::l3;
  }
}

/// Weighs what a stage does in a frame (T23).
class Weigher {
 public:
  Weigher(const Context& context, const EnergyFigures& figures) : context_(context), figures_(figures) {
    const std::int64_t subclusters = context.mapping.device_clusters * context.mapping.limit.subclusters;
    l2_of_subcluster_ = subclusters > 0 ? context.mapping.l2_bytes / subclusters : 0;
  }

  EnergyParts weights(const Stage& stage) const {
    EnergyParts parts{};
    const auto steps = static_cast<double>(stage.steps());
    part(parts, EnergyPart::macs) =
        static_cast<double>(stage.macs_per_step) * steps * static_cast<double>(figures_.mac);
    add_weights_read(stage, static_cast<double>(stage.step_weight_bytes) * steps, parts);
    for (const StageInput& input : stage.inputs) add_rows(input.buffer, rows_read(input), parts);
    for (const StageOutput& output : stage.outputs)
      add_rows(output.buffer, buffer(output.buffer).rows_per_frame, parts);
    if (is_end_kind(stage.kind)) add_link(stage, parts);
    return parts;
  }

 private:
  const Buffer& buffer(int index) const { return context_.buffers[static_cast<std::size_t>(index)]; }

  /// Of a stage whose weights L2 does not hold alone, the share of them that it holds is read there.
  void add_weights_read(const Stage& stage, double bytes, EnergyParts& parts) const {
    if (bytes <= 0) return;
    const auto held = static_cast<double>(std::min(stage.weight_bytes, stage.subclusters * l2_of_subcluster_));
    const double in_l2 = stage.weight_bytes > 0 ? held / static_cast<double>(stage.weight_bytes) : 1;
    part(parts, EnergyPart::l2) += bytes * in_l2 * static_cast<double>(figures_.l2_byte);
    part(parts, EnergyPart::l3) += bytes * (1 - in_l2) * static_cast<double>(figures_.l3_byte);
  }

  void add_rows(int index, Rows rows, EnergyParts& parts) const {
    const Buffer& moved = buffer(index);
    const EnergyPart where = part_of(moved.level);
    const std::int64_t weight = where == EnergyPart::l3   ? figures_.l3_byte
                                : where == EnergyPart::l4 ? figures_.l4_byte
                                                          : figures_.link_byte;
    part(parts, where) +=
        static_cast<double>(rows) * static_cast<double>(moved.row_bytes) * static_cast<double>(weight);
  }

  void add_link(const Stage& stage, EnergyParts& parts) const {
    const Buffer& rows = buffer(stage.kind == StageKind::source ? stage.outputs[0].buffer : stage.inputs[0].buffer);
    part(parts, EnergyPart::link) += static_cast<double>(rows.rows_per_frame) * static_cast<double>(rows.row_bytes) *
                                     static_cast<double>(figures_.link_byte);
  }

  const Context& context_;
  const EnergyFigures& figures_;
  Bytes l2_of_subcluster_ = 0;
};

}  // namespace

DynamicEnergy dynamic_energy(const Context& context, const EnergyFigures& figures) {
  const Weigher weigher(context, figures);
  DynamicEnergy energy;
  double macs = 0;
  for (const Stage& stage : context.stages) {
    const EnergyParts weights = weigher.weights(stage);
    for (std::size_t p = 0; p < weights.size(); ++p) energy.parts[p] += weights[p];
    energy.stages.push_back(std::accumulate(weights.begin(), weights.end(), 0.0));
    macs += static_cast<double>(stage.macs_per_step) * static_cast<double>(stage.steps());
  }
  energy.joules = scaled(figures.femtojoules_per_mac, macs * per_femtojoule);
  const double weight = std::accumulate(energy.parts.begin(), energy.parts.end(), 0.0);
  const double joules = weight > 0 ? energy.joules.value / weight : 0;
  for (double& share : energy.parts) share *= joules;
  for (double& share : energy.stages) share *= joules;
  return energy;
}

std::optional<Energy> energy(const Plan& plan, double interval_cycles) {
  const std::optional<EnergyFigures>& figures = plan.device.energy;
  const double seconds = milliseconds(plan, interval_cycles) / 1e3;
  if (!figures || !(seconds > 0)) return std::nullopt;
  Energy energy;
  energy.dynamic = dynamic_energy(plan, *figures);
  const Spread idle = scaled(figures->static_milliwatts, seconds * per_milliwatt);
  energy.static_joules = idle.value;
  energy.frame_joules = sum(idle, energy.dynamic.joules);
  energy.watts = scaled(energy.frame_joules, 1 / seconds);
  for (std::size_t s = 0; s < plan.stages.size(); ++s) energy.kinds[plan.stages[s].kind] += energy.dynamic.stages[s];
  return energy;
}

std::optional<Energy> energy(const RunResult& result) {
  const auto interval = interval_cycles(result);
  return interval ? energy(result.plan, *interval) : std::nullopt;
}

Spread watts(const EnergyFigures& figures, double macs_per_second) {
  return sum(scaled(figures.static_milliwatts, per_milliwatt),
             scaled(figures.femtojoules_per_mac, macs_per_second * per_femtojoule));
}

}  // namespace rowflow

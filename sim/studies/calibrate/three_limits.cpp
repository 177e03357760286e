#include "sim/studies/calibrate/three_limits.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/compile/cost.hpp"

namespace rowflow {

namespace {

/// Cycles of one subcluster for a frame of each stage with MACs.
std::vector<double> compute_cycles(const Lowered& lowered, const std::vector<CostModel>& models) {
  std::vector<double> cycles;
  for (std::size_t s = 0; s < models.size(); ++s) {
    const Stage& stage = lowered.plan.stages[s];
    if (stage.macs_per_step == 0) continue;
    cycles.push_back(static_cast<double>(models[s].macs_per_step) * static_cast<double>(stage.steps()) * 1000 /
                     static_cast<double>(models[s].rate));
  }
  return cycles;
}

double controllers_at(const std::vector<double>& cycles, double interval, double subclusters) {
  double controllers = 0;
  for (const double c : cycles) controllers += std::max(1.0, c / (interval * subclusters));
  return controllers;
}

/// Smallest interval that keeps within so many controllers; 0 when even one each is too many, which splitting does not
/// change.
double controller_interval(const std::vector<double>& cycles, double controllers, double subclusters) {
  if (static_cast<double>(cycles.size()) > controllers) return 0;
  double low = 0, high = 1;
  for (const double c : cycles) high = std::max(high, c);
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (low + high) / 2;
    (controllers_at(cycles, middle, subclusters) <= controllers ? high : low) = middle;
  }
  return high;
}

double stream_interval(const Plan& plan, double width) {
  double most = 0;
  for (const Buffer& buffer : plan.buffers)
    most =
        std::max(most, static_cast<double>(buffer.rows_per_frame) * static_cast<double>(buffer.row_elements) / width);
  return most;
}

}  // namespace

double ThreeLimits::interval(double share) const { return std::max({subclusters / share, controllers, stream}); }

const char* ThreeLimits::limit(double share) const {
  const double longest = interval(share);
  return longest <= stream ? "stream" : longest <= controllers ? "controllers" : "subclusters";
}

ThreeLimits three_limits(const Network& network, const nlohmann::json& document, const std::string& device_file) {
  const Device device = device_from(document, device_file);
  ParameterUse use;
  Lowered lowered = lower(network, device);
  const std::vector<double> cycles = compute_cycles(lowered, cost_models(lowered, device, {}, use));
  double sum = 0;
  for (const double c : cycles) sum += c;
  const double controllers = static_cast<double>(device.clusters.value * device.controllers_per_cluster.value) *
                             static_cast<double>(device.control_ceiling_percent.value) / 100;
  return {sum / static_cast<double>(device.clusters.value * device.subclusters_per_cluster.value),
          controller_interval(cycles, controllers, static_cast<double>(device.max_subclusters_per_layer.value)),
          stream_interval(lowered.plan, static_cast<double>(device.of_kind(device.widths, "default").value))};
}

}  // namespace rowflow

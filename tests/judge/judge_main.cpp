// The judge: changes decisions of the mapper at random and says what beats its answer.
//
//   judge [--device D] [--heights full,7] [--changes N] [--seeds 1,2,…] NETWORK…
//
// For each network, height and seed so many changes of the answer under --buffers best, half of them of the answer
// itself, half of the best found so far: subclusters more, fewer or moved, physical layers split and joined, stages
// moved to another cluster or swapped, buffers sent out of L3 or kept there. A change counts when it is faster with
// buffers of its own and takes no more of what the answer has too much of already. Exit status 1 when the answer
// reaches less than 0.98 of the best found.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/best_depths.hpp"
#include "sim/mapper/best_sizes.hpp"
#include "sim/mapper/decisions.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/untimed.hpp"

using namespace rowflow;

namespace {

constexpr double worth_telling = 0.005;
constexpr double allowed_gap = 0.02;

struct Options {
  std::string device = "hailo8";
  std::vector<std::string> heights{"full"}, networks;
  int changes = 1000;
  std::vector<std::uint64_t> seeds{1, 2, 3, 4, 5};
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

Options options_from(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.rfind("--", 0) != 0) {
      options.networks.push_back(argument);
      continue;
    }
    if (i + 1 == argc) throw InputError(argument, "expected a value");
    const std::string value = argv[++i];
    if (argument == "--device") {
      options.device = value;
    } else if (argument == "--heights") {
      options.heights = split(value);
    } else if (argument == "--changes") {
      options.changes = std::stoi(value);
    } else if (argument == "--seeds") {
      options.seeds.clear();
      for (const std::string& seed : split(value)) options.seeds.push_back(std::stoull(seed));
    } else {
      throw InputError(argument, "expected --device, --heights, --changes or --seeds");
    }
  }
  if (options.networks.empty()) throw InputError("judge", "expected a network");
  return options;
}

/// How much more than there is of each resource a plan takes, all clusters and the chip added up.
std::map<std::string, std::int64_t> excess_of(const Plan& plan) {
  std::map<std::string, std::int64_t> excess;
  for (const ResourceUse& use : plan.fit.resources)
    if (use.demand > use.limit) excess[use.name] += use.demand - use.limit;
  return excess;
}

/// Of the subclusters and controllers that an allocation may use (ceilings), no more than the answer or that share.
bool within_ceilings(const Plan& plan, const Plan& answer, const Device& device) {
  const auto usual = device.compile_modes.find("default");
  const std::int64_t compute =
      usual == device.compile_modes.end() ? device.compute_ceiling_percent.value : usual->second.compute.value;
  const auto chip = [&](const Parameter& each) { return device.clusters.value * each.value; };
  const ClusterUse use = chip_use(plan.mapping), given = chip_use(answer.mapping);
  return use.subclusters <= std::max(given.subclusters, chip(device.subclusters_per_cluster) * compute / 100) &&
         use.controllers <= std::max(given.controllers,
                                     chip(device.controllers_per_cluster) * device.control_ceiling_percent.value / 100);
}

bool takes_no_more(const Plan& plan, const Plan& answer) {
  const auto most = excess_of(answer);
  for (const auto& [name, beyond] : excess_of(plan)) {
    const auto given = most.find(name);
    if (given == most.end() || beyond > given->second) return false;
  }
  return true;
}

class Judge {
 public:
  Judge(const Network& network, const Device& device, std::uint64_t seed)
      : network_(network), device_(device), random_(seed) {
    compiling_.buffer_policy = BufferPolicy::unlimited;
    EvaluateOptions best;
    best.buffers = "best";
    answer_ = plan_point(network, device, best);
    answer_interval_ = reached(answer_, capacities_of(answer_));
    best_ = decisions_of(answer_);
    best_interval_ = answer_interval_;
  }

  void run(int changes) {
    const Decisions start = best_;
    for (int change = 0; change < changes; ++change) {
      std::string what;
      Decisions trial = changed(change < changes / 2 ? start : best_, what);
      if (draw(3) == 0) trial = changed(std::move(trial), what);
      judge(std::move(trial), what);
    }
  }

  double answer_interval() const { return answer_interval_; }
  double best_interval() const { return best_interval_; }
  const std::string& best_change() const { return best_change_; }
  int refused() const { return refused_; }

 private:
  std::int64_t draw(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(std::max<std::int64_t>(1, n)));
  }

  static double reached(const Plan& plan, const std::vector<Rows>& capacities) {
    const auto interval = interval_of(plan, capacities);
    return interval ? interval->value() : HUGE_VAL;
  }

  /// A layer of the plan; the stage that takes longest as often as any other.
  MappedLayer& layer_of(Decisions& decisions, std::string& name) {
    std::vector<std::string> names;
    std::string slowest;
    Cycles longest = 0;
    for (const Stage& stage : answer_.stages) {
      if (decisions.layers.count(stage.name) == 0) continue;
      names.push_back(stage.name);
      if (stage_interval(stage) > longest) {
        longest = stage_interval(stage);
        slowest = stage.name;
      }
    }
    name = draw(3) == 0 ? slowest : names[static_cast<std::size_t>(draw(static_cast<std::int64_t>(names.size())))];
    return decisions.layers[name];
  }

  /// As many parts as its subclusters need, all in the cluster of the first.
  void give(MappedLayer& layer, std::int64_t subclusters) const {
    layer.subclusters = std::max<std::int64_t>(1, subclusters);
    layer.physical_layers.reset();
  }

  Decisions changed(Decisions from, std::string& what) {
    std::string name, other;
    what += what.empty() ? "" : ", ";
    switch (draw(7)) {
      case 0: {
        MappedLayer& layer = layer_of(from, name);
        give(layer, *layer.subclusters + 1 + draw(3));
        what += "more subclusters for " + name;
        break;
      }
      case 1: {
        MappedLayer& layer = layer_of(from, name);
        MappedLayer& giver = layer_of(from, other);
        const std::int64_t some = 1 + draw(2);
        give(giver, *giver.subclusters - some);
        give(layer, *layer.subclusters + some);
        what += "subclusters from " + other + " to " + name;
        break;
      }
      case 2: {
        MappedLayer& layer = layer_of(from, name);
        layer.physical_layers = std::max<std::int64_t>(1, layer.physical_layers.value_or(1) + (draw(2) == 0 ? 1 : -1));
        what += "other parts of " + name;
        break;
      }
      case 3: {
        MappedLayer& layer = layer_of(from, name);
        const int cluster = static_cast<int>(draw(answer_.mapping.device_clusters));
        layer.clusters.assign(1, cluster);
        what += fmt::format("{} in cluster {}", name, cluster);
        break;
      }
      case 4: {
        std::swap(layer_of(from, name).clusters, layer_of(from, other).clusters);
        what += name + " and " + other + " swapped";
        break;
      }
      case 5: {
        const Buffer& buffer =
            answer_.buffers[static_cast<std::size_t>(draw(static_cast<std::int64_t>(answer_.buffers.size())))];
        from.levels[buffer.name] = draw(2) == 0 ? MemoryLevel::host : MemoryLevel::l4;
        what += buffer.name + " outside L3";
        break;
      }
      default: {
        if (from.levels.empty()) {
          MappedLayer& layer = layer_of(from, name);
          give(layer, *layer.subclusters - 1);
          what += "fewer subclusters for " + name;
          break;
        }
        auto kept = from.levels.begin();
        std::advance(kept, draw(static_cast<std::int64_t>(from.levels.size())));
        what += kept->first + " in L3";
        from.levels.erase(kept);
      }
    }
    return from;
  }

  void judge(Decisions trial, const std::string& what) {
    Plan plan;
    try {
      trial.capacities.clear();
      plan = plan_of(network_, device_, compiling_, trial);
    } catch (const InputError&) {
      ++refused_;
      return;
    }
    if (!within_ceilings(plan, answer_, device_)) return;
    const std::vector<Rows> most = rows_allowed(plan);
    if (reached(plan, most) >= best_interval_ * (1 - worth_telling / 4)) return;
    size_best(plan, {most, std::nullopt, true});
    const double interval = reached(plan, capacities_of(plan));
    if (interval >= best_interval_ || !takes_no_more(plan, answer_)) return;
    best_interval_ = interval;
    best_ = decisions_of(plan);
    best_change_ = what;
  }

  const Network& network_;
  const Device& device_;
  std::mt19937_64 random_;
  CompileOptions compiling_;
  Plan answer_;
  Decisions best_;
  double answer_interval_ = 0, best_interval_ = 0;
  std::string best_change_;
  int refused_ = 0;
};

/// The share of the best found that the answer reaches.
double judged(const std::string& name, const std::string& height, const Options& options) {
  Network network = build_network(read_network_config(resolve_network(name)));
  set_tile_height(network, height == "full" ? 0 : std::stoll(height));
  const Device device = read_device(resolve_device(options.device));
  double worst = 1;
  std::string what;
  double interval = 0;
  for (const std::uint64_t seed : options.seeds) {
    Judge judge(network, device, seed);
    judge.run(options.changes);
    interval = judge.answer_interval();
    const double share = judge.best_interval() / judge.answer_interval();
    if (share >= worst) continue;
    worst = share;
    what = judge.best_change();
  }
  const auto fps = static_cast<double>(device.clock_hz.value) / interval;
  fmt::print("{} {}: {:.1f} fps, {:.3f} of the best found{}\n", name, height, fps, worst,
             worst < 1 - worth_telling ? ": " + what : "");
  std::fflush(stdout);
  return worst;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = options_from(argc, argv);
    bool kept = true;
    for (const std::string& network : options.networks)
      for (const std::string& height : options.heights)
        kept = judged(network, height, options) >= 1 - allowed_gap && kept;
    return kept ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "judge: {}\n", error.what());
    return 2;
  }
}

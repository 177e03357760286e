#include "sim/mapper/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/mapper/allocation.hpp"
#include "sim/mapper/ceilings.hpp"
#include "sim/mapper/fixed_layers.hpp"
#include "sim/mapper/placement.hpp"
#include "sim/mapper/placement_items.hpp"

namespace rowflow {

namespace {

constexpr int placement_attempts = 16;

/// Per cent that the interval grows by before another attempt: little at first.
Cycles growth(int attempt) { return attempt < 12 ? 2 : 10; }

/// The least demand and a little more, where that is beyond the ceiling.
std::int64_t with_headroom(std::int64_t least) {
  constexpr std::int64_t percent = 30;
  return least + least * percent / 100;
}

void describe_device(Mapping& mapping, const Device& device, ParameterUse& use) {
  const MemoryLevels& memory = device.memory;
  mapping.device_clusters = static_cast<int>(use(device.clusters));
  mapping.limit.subclusters = use(device.subclusters_per_cluster);
  mapping.limit.controllers = use(device.controllers_per_cluster);
  mapping.limit.activation_units = use(device.activation_units_per_cluster);
  mapping.limit.input_aligners = use(device.input_aligners_per_cluster);
  mapping.limit.weight_cuts = use(memory.l3_cuts_per_cluster);
  mapping.cut_bytes = std::max<Bytes>(1, use(memory.cut_bytes));
  mapping.l2_bytes =
      checked_multiply(mapping.device_clusters * mapping.limit.subclusters, use(memory.l2_bytes_per_subcluster));
  mapping.l4_cuts = use(memory.l4_cuts);
  mapping.l3_limit_cuts = use(memory.l3_limit_cuts);
  mapping.l4_limit_cuts = use(memory.l4_limit_cuts);
}

/// What an allocation may use: the share of `total`, or what the least demand needs and a little more where that is
/// more, as far as there is so much. It never falls when `total` grows, lest a smaller chip be the faster one.
std::int64_t reachable(std::int64_t least, std::int64_t total, std::int64_t percent) {
  return std::max(total * percent / 100, std::min(std::max(total, least), with_headroom(least)));
}

std::vector<std::int64_t> extra_of(const Plan& plan, const CompileOptions& options) {
  std::vector<std::int64_t> extra(plan.stages.size());
  for (const auto& [name, more] : options.extra_subclusters) {
    const int stage = find_stage(plan, name);
    if (stage < 0) throw InputError("subclusters", fmt::format("found no stage \"{}\"", name));
    extra[static_cast<std::size_t>(stage)] = more;
  }
  return extra;
}

class Mapper {
 public:
  Mapper(Lowered& lowered, const std::vector<CostModel>& models, const Device& device, const CompileOptions& options,
         ParameterUse& use)
      : plan_(lowered.plan),
        models_(models),
        rules_(physical_rules(device, use)),
        placements_(options.placements ? options.placements : std::make_shared<PlacementMemo>()) {
    describe_device(plan_.mapping, device, use);
    chip_subclusters_ = plan_.mapping.device_clusters * plan_.mapping.limit.subclusters;
    chip_controllers_ = plan_.mapping.device_clusters * plan_.mapping.limit.controllers;
    use_split_figures(device, use);
    compute_ceiling_ = use(device.compute_ceiling_percent);
    control_ceiling_ = use(device.control_ceiling_percent);
    const auto usual = device.compile_modes.find("default");
    several_ = options.part.has_value();
    spare_ = options.spare;
    ceiling_beside_l2_ =
        usual == device.compile_modes.end() ? compute_ceiling_ : std::min(compute_ceiling_, use(usual->second.compute));
    if (several_) use_context_ceilings(lowered, device, use);
    stages_ = physical_stages(lowered, rules_, chip_subclusters_);
    fixed_ = fixed_by_user(plan_, options, stages_);
    extra_ = extra_of(plan_, options);
    if (options.target_fps > 0)
      target_ = static_cast<Cycles>(static_cast<double>(use(device.clock_hz)) / options.target_fps);
    for (const Buffer& buffer : plan_.buffers) {
      const auto known = options.buffer_bytes.find(buffer.name);
      buffer_bytes_.push_back(known == options.buffer_bytes.end() ? 0 : known->second);
    }
  }

  void map();

 private:
  /// A placed allocation: what is compared.
  struct Mapped {
    Allocation allocation;
    int beyond = 0;        ///< clusters more than there are
    bool cuts_fit = true;  ///< the weights beyond L2, and the row buffers as far as they are known, fit the chip's L3
    bool better_than(const Mapped& other) const;
    /// Than any placement of what reaches this.
    bool better_than(Cycles reached) const { return beyond == 0 && cuts_fit && allocation.reached < reached; }
  };
  Allocation allocate(const Allocator& allocator, bool weights_in_l2, Cycles at_least) const;
  void use_context_ceilings(const Lowered& lowered, const Device& device, ParameterUse& use);
  std::int64_t budget_of(std::int64_t least, std::int64_t total, std::int64_t percent) const;
  Allocation with_extra(Allocation allocation) const;
  bool packable(const Allocation& allocation) const;
  Mapped placed(Allocation allocation);
  Mapped mapped(const Allocator& allocator, bool weights_in_l2, const Mapped* rival = nullptr);
  void use_split_figures(const Device& device, ParameterUse& use) const;
  void record(const Allocation& allocation);
  void record_bounds(const Allocator& allocator);

  Plan& plan_;
  const std::vector<CostModel>& models_;
  PhysicalRules rules_;
  std::vector<PhysicalStage> stages_;
  std::vector<Bytes> buffer_bytes_;
  const std::shared_ptr<PlacementMemo> placements_;
  std::vector<std::int64_t> extra_;
  FixedLayers fixed_;
  std::int64_t chip_subclusters_ = 0, chip_controllers_ = 0;
  std::int64_t compute_ceiling_ = 100, control_ceiling_ = 100;
  StageDemand free_;      ///< the least of all stages, were no layer fixed
  bool several_ = false;  ///< a part of the pipeline: its ceilings are limits
  Cycles target_ = 0;     ///< the interval that is short enough
  Spare spare_ = Spare::if_as_fast;
  std::int64_t ceiling_beside_l2_ = 100;  ///< of the subclusters, of an allocation that need not hold weights in L2
};

bool Mapper::Mapped::better_than(const Mapped& other) const {
  if ((beyond > 0) != (other.beyond > 0)) return beyond == 0;
  if (cuts_fit != other.cuts_fit) return cuts_fit;
  return allocation.reached < other.allocation.reached;
}

void Mapper::use_split_figures(const Device& device, ParameterUse& use) const {
  for (const auto& [kind, cost] : device.split) {
    const auto of_kind = [&k = kind](const Stage& stage) { return to_string(stage.kind) == k; };
    if (std::none_of(plan_.stages.begin(), plan_.stages.end(), of_kind)) continue;
    for (const Parameter* figure : {&cost.subclusters, &cost.controllers, &cost.max_parts}) use(*figure);
  }
}

/// T18: of several contexts each keeps to the ceilings, a single layer may use everything.
void Mapper::use_context_ceilings(const Lowered& lowered, const Device& device, ParameterUse& use) {
  std::set<int> layers;
  for (const StageOrigin& origin : lowered.origin)
    if (!is_network_input(origin.layer)) layers.insert(origin.layer);
  const CeilingShares ceilings = context_ceilings(device, layers.size() <= 1, use);
  compute_ceiling_ = ceilings.compute;
  control_ceiling_ = ceilings.control;
  ceiling_beside_l2_ = compute_ceiling_;
}

std::int64_t Mapper::budget_of(std::int64_t least, std::int64_t total, std::int64_t percent) const {
  return several_ ? std::max<std::int64_t>(1, total * percent / 100) : reachable(least, total, percent);
}

/// None that fits the budgets: the least. Who fixes layers gets no larger chip for it, only what they take.
Allocation Mapper::allocate(const Allocator& allocator, bool weights_in_l2, Cycles at_least) const {
  const Allocation least = allocator.least();
  Budget budget{budget_of(free_.subclusters, chip_subclusters_, weights_in_l2 ? compute_ceiling_ : ceiling_beside_l2_),
                budget_of(free_.controllers, chip_controllers_, control_ceiling_)};
  // A device with too few of them is taken to have as many more as one that just has enough may use.
  if (!several_ && free_.controllers > chip_controllers_) budget.controllers = with_headroom(free_.controllers);
  if (!fixed_.subclusters.empty())
    budget = {std::max(budget.subclusters, least.total_subclusters),
              std::max(budget.controllers, least.total_controllers)};
  Allocation best;
  return allocator.balance(budget, weights_in_l2, at_least, best, spare_ == Spare::all) ? best : least;
}

Allocation Mapper::with_extra(Allocation allocation) const {
  for (std::size_t s = 0; s < extra_.size(); ++s) {
    if (extra_[s] == 0) continue;
    const std::int64_t before = allocation.subclusters[s];
    allocation.subclusters[s] = std::max(before, std::min(before + extra_[s], stages_[s].most));
    allocation.total_subclusters += allocation.subclusters[s] - before;
    allocation.parts[s] = physical_layers(stages_[s], allocation.subclusters[s]);
  }
  return allocation;
}

bool Mapper::packable(const Allocation& allocation) const {
  return allocation.total_subclusters <= chip_subclusters_ && allocation.total_controllers <= chip_controllers_;
}

Mapper::Mapped Mapper::placed(Allocation allocation) {
  const int beyond = place(plan_, allocation, stages_, rules_, buffer_bytes_, fixed_.clusters, *placements_);
  const ClusterUse use = chip_use(plan_.mapping);
  const std::int64_t l3 = plan_.mapping.device_clusters * plan_.mapping.limit.weight_cuts;
  std::int64_t cuts = use.weight_cuts;
  for (const Bytes bytes : buffer_bytes_) cuts += ceil_div(bytes, rules_.cut_bytes);
  return {std::move(allocation), beyond, l3 == 0 || cuts <= l3};
}

/// A packing that the clusters do not admit has a little too much of something: the next slower allocation that has
/// less is tried. As soon as none can be better than the rival, the rival.
Mapper::Mapped Mapper::mapped(const Allocator& allocator, bool weights_in_l2, const Mapped* rival) {
  Allocation allocation = with_extra(allocate(allocator, weights_in_l2, target_));
  if (rival != nullptr && rival->better_than(allocation.reached)) return *rival;
  const Mapped fastest = placed(std::move(allocation));
  if (!packable(fastest.allocation)) return fastest;
  Mapped slower = fastest;
  for (int attempt = 0; slower.beyond > 0 && attempt < placement_attempts; ++attempt) {
    const Cycles interval = slower.allocation.interval;
    allocation = with_extra(allocate(allocator, weights_in_l2, interval + interval * growth(attempt) / 100 + 1));
    if (rival != nullptr && rival->better_than(allocation.reached)) return *rival;
    slower = placed(std::move(allocation));
  }
  return slower.beyond > 0 ? fastest : slower;
}

/// With all weights in L2 as far as that goes, and without asking for it: the faster of the two, the first if they are
/// alike. Where a rate is enough, no more than that needs, if the weights have room elsewhere.
void Mapper::map() {
  const Allocator allocator(plan_, models_, stages_, rules_, fixed_.subclusters);
  const Allocation least =
      fixed_.subclusters.empty() ? allocator.least() : Allocator(plan_, models_, stages_, rules_, {}).least();
  free_ = {least.total_subclusters, least.total_controllers};
  Mapped best = mapped(allocator, spare_ == Spare::for_l2);
  const bool enough = target_ > 0 && best.beyond == 0 && best.cuts_fit;
  if (rules_.l2_bytes > 0 && spare_ == Spare::if_as_fast && !enough) {
    Mapped other = mapped(allocator, true, &best);
    if (!best.better_than(other)) best = std::move(other);
  }
  const Allocation allocation = best.allocation;
  placed(allocation);
  record(allocation);
  record_bounds(allocator);
}

/// What no allocation escapes: the least of every resource, and the shortest interval of the layers when all that the
/// chip has may be used, whatever the ceilings. More of anything never makes it longer.
void Mapper::record_bounds(const Allocator& allocator) {
  const Allocation least = allocator.least();
  ClusterUse& use = plan_.mapping.least;
  for (const PlacementItem& item : placement_items(plan_, least, stages_, rules_, buffer_bytes_).items)
    add_use(use, item.use);
  use.weight_cuts = use.buffer_cuts = 0;  // more subclusters take fewer
  std::vector<CostModel> layers = models_;
  for (std::size_t s = 0; s < layers.size(); ++s)
    if (!stages_[s].counted) layers[s] = {};  // ends and memory levels take what the link has
  Allocation fastest;
  const Allocator whole(plan_, layers, stages_, rules_, fixed_.subclusters);
  if (whole.balance({chip_subclusters_, chip_controllers_}, false, 0, fastest))
    plan_.bounds.device_interval = fastest.interval;
}

void Mapper::record(const Allocation& allocation) {
  apply_costs(plan_, models_, allocation.subclusters);
  Mapping& mapping = plan_.mapping;
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    plan_.stages[s].weight_bytes = stages_[s].weight_bytes;
    if (allocation.parts[s] > 1) {
      plan_.stages[s].split_subclusters = static_cast<int>(stages_[s].split_subclusters);
      plan_.stages[s].split_controllers = static_cast<int>(stages_[s].split_controllers);
      mapping.joins += stages_[s].split_controllers;
    }
    mapping.copies += allocation.copies[s];
    mapping.weight_bytes += stages_[s].weight_bytes;
    mapping.l2_weight_bytes += std::min(stages_[s].weight_bytes, allocation.subclusters[s] * rules_.l2_bytes);
  }
}

}  // namespace

void map_stages(Lowered& lowered, const std::vector<CostModel>& models, const Device& device,
                const CompileOptions& options, ParameterUse& use) {
  Mapper(lowered, models, device, options, use).map();
  Plan& plan = lowered.plan;
  for (Buffer& buffer : plan.buffers)
    if (crosses_clusters(plan, buffer)) buffer.transfer_latency = use(device.transfer_latency);
}

}  // namespace rowflow

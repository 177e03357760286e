#include "sim/studies/size/size.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/base/error.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/studies/size/front.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t target_denominator = 1000;
constexpr std::int64_t front_share = 8;  // of the effort, for each point of the front,
constexpr std::int64_t short_share = 8;  // and for a search that only tells where the mapping goes
constexpr int most_mappings = 10;
constexpr int free_mappings = 3;  // afterwards what lies outside L3 keeps its place

/// The longest interval that is at least `fps`; without one, the shortest there is.
Ratio target_of(const Plan& plan, double fps, Cycles shortest) {
  if (fps == 0) return {shortest, 1};
  const double cycles = static_cast<double>(plan.device.clock_hz) / fps;
  if (cycles > 1e12)
    throw InputError("--min-fps", fmt::format("found {}, expected more than one frame in 1e12 cycles", fps));
  return {static_cast<Cycles>(std::floor(cycles * target_denominator)), target_denominator};
}

bool reaches(const RunResult& result, const Ratio& target) {
  const auto& interval = result.saturated.throughput.interval;
  return result.saturated.completed && interval &&
         interval->numerator * target.denominator <= target.numerator * interval->denominator;
}

/// The same stages and buffers with the same costs and latencies: what is proven of one holds for the other.
bool same_pipeline(const Plan& a, const Plan& b) {
  return std::equal(a.stages.begin(), a.stages.end(), b.stages.begin(), b.stages.end(),
                    [](const Stage& x, const Stage& y) {
                      return x.name == y.name && x.cost == y.cost && x.latency == y.latency;
                    }) &&
         std::equal(a.buffers.begin(), a.buffers.end(), b.buffers.begin(), b.buffers.end(),
                    [](const Buffer& x, const Buffer& y) {
                      return x.name == y.name && x.transfer_latency == y.transfer_latency &&
                             x.credit_latency == y.credit_latency;
                    });
}

/// What spills stays spilled: a buffer outside L3 has more rows than L3 takes of one (T15), or, `as_mapped`, no fewer
/// than it was mapped with: then it stays where it is too.
std::vector<Rows> rows_that_spill(const Plan& plan, bool as_mapped) {
  std::vector<Rows> least;
  for (const Buffer& buffer : plan.buffers) {
    const bool outside = buffer.level == MemoryLevel::l4 || buffer.level == MemoryLevel::host;
    const Bytes most = plan.mapping.l3_limit_cuts * plan.mapping.cut_bytes;
    const Rows beyond = as_mapped ? buffer.capacity_rows : most / std::max<Bytes>(1, buffer.row_bytes) + 1;
    least.push_back(outside && most > 0 ? beyond : 0);
  }
  return least;
}

/// The capacities by name, of the buffers that exist whatever spills into other memory levels (T15).
std::map<std::string, Rows> by_name(const Plan& plan, const std::vector<Rows>& capacities,
                                    const Plan& nothing_spilled) {
  std::map<std::string, Rows> named;
  for (std::size_t b = 0; b < capacities.size(); ++b)
    if (find_buffer(nothing_spilled, plan.buffers[b].name) >= 0) named[plan.buffers[b].name] = capacities[b];
  return named;
}

void fill_table(SizeResult& result, const Plan& full_rate, const std::vector<Rows>& needed_alone) {
  const auto minimal = minimal_capacities(full_rate);
  const Plan& configured = result.configured.plan;
  const auto& measured = result.configured.saturated.buffers;
  for (std::size_t b = 0; b < full_rate.buffers.size(); ++b) {
    SizedBuffer sized;
    const int before = find_buffer(configured, full_rate.buffers[b].name);
    if (before >= 0) {
      const auto c = static_cast<std::size_t>(before);
      sized.configured = configured.buffers[c].capacity_rows;
      sized.peak = c < measured.size() ? measured[c].peak_rows : 0;
    }
    sized.unlimited = full_rate.buffers[b].capacity_rows;
    sized.minimal = minimal[b];
    sized.needed_alone = needed_alone[b];
    sized.answer = result.answer.plan.buffers[b].capacity_rows;
    result.buffers.push_back(sized);
  }
}

class Sizing {
 public:
  Sizing(const Network& network, const Device& device, const EvaluateOptions& options, const SizeOptions& wanted)
      : network_(network), device_(device), options_(options), wanted_(wanted) {
    CompileOptions unmapped;
    unmapped.buffer_policy = BufferPolicy::unlimited;
    unmapped.costs = options.costs;
    unmapped.mapping = options.mapping;
    nothing_spilled_ = compile(network, device, unmapped);
  }

  SizeResult run() {
    SizeResult result;
    result.configured = evaluate(network_, device_, options_);
    result.asked_fps = wanted_.min_fps;
    result.cuts = wanted_.cuts;
    if (!settle(result)) return result;
    result.price = smallest_.price;
    result.lower_bound = smallest_.lower_bound;
    result.effort = smallest_.effort;
    check(result);
    fill_table(result, full_rate_, smallest_.needed_alone);
    if (wanted_.front_points > 0) {
      add_front(result, full_rate_, search_options(front_share), wanted_.front_points);
      add_latencies(result.front);
    }
    return result;
  }

 private:
  void add_latencies(std::vector<FrontPoint>& front) const {
    EvaluateOptions options = options_;
    options.engine = Engine::events;
    options.accounts = false;
    for (FrontPoint& point : front) {
      Plan sized = full_rate_;
      set_capacities(sized, point.capacities);
      point.paced = evaluate_plan(std::move(sized), options).latency.paced;
    }
  }

  /// Depths decide what lies where (T15), and that may change the pipeline: searches, not long, until the pipeline is
  /// the one searched, and then once more. Leaves the answer, simulated. False when no buffers reach what was asked
  /// for.
  bool settle(SizeResult& result) {
    Plan mapped = nothing_spilled_;
    for (int mapping = 0; mapping < most_mappings && !result.settled; ++mapping) {
      search_from(std::move(mapped), mapping >= free_mappings);
      if (!aim(result)) return false;
      smallest_ = smallest_capacities(full_rate_, result.target, search_options(short_share));
      result.settled = leads_to(smallest_, mapped);
    }
    if (!result.settled) {  // then it is of the last pipeline, whatever these capacities lead to
      search_from(std::move(mapped), true);
      if (!aim(result)) return false;
    }
    if (!result.settled || !smallest_.exact()) {
      Smallest longer = smallest_capacities(full_rate_, result.target, search_options(1));
      longer.effort += smallest_.effort;
      if (result.settled && !leads_to(longer, mapped)) {
        smallest_.lower_bound = longer.lower_bound;  // of the same pipeline
        smallest_.effort = longer.effort;
      } else {
        smallest_ = std::move(longer);
      }
    }
    Plan answer = full_rate_;
    answer.buffer_policy = BufferPolicy::file;
    set_capacities(answer, smallest_.capacities);
    update_memory_fit(answer);
    result.answer = evaluate_plan(std::move(answer), options_);
    return true;
  }

  /// The plan that these capacities are mapped to; whether it is the pipeline that they were found for.
  bool leads_to(const Smallest& smallest, Plan& mapped) const {
    EvaluateOptions sized = options_;
    sized.buffer_budget.reset();
    sized.capacities = by_name(full_rate_, smallest.capacities, nothing_spilled_);
    mapped = plan_point(network_, device_, sized);
    return same_pipeline(full_rate_, mapped);
  }

  void search_from(Plan plan, bool as_mapped) {
    at_least_ = rows_that_spill(plan, as_mapped);
    full_rate_ = std::move(plan);
    set_capacities(full_rate_, full_rate_capacities(full_rate_));
  }

  /// False when no buffers reach what was asked for.
  bool aim(SizeResult& result) const {
    const Cycles shortest = shortest_interval(full_rate_);
    result.highest_fps = static_cast<double>(full_rate_.device.clock_hz) / static_cast<double>(shortest);
    result.target = target_of(full_rate_, wanted_.min_fps, shortest);
    result.reachable = result.target.numerator >= shortest * result.target.denominator;
    return result.reachable;
  }

  SmallestOptions search_options(std::int64_t share) const {
    return {wanted_.cuts, 1, wanted_.effort / share, at_least_};
  }

  void check(const SizeResult& result) const {
    if (result.answer.status != RunStatus::ok || options_.frames != 0 || reaches(result.answer, result.target)) return;
    throw Defect(fmt::format("the buffers found reach an interval of {} cycles, asked for {}",
                             result.answer.saturated.throughput.interval->value(), result.target.value()));
  }

  const Network& network_;
  const Device& device_;
  const EvaluateOptions& options_;
  const SizeOptions& wanted_;
  Plan nothing_spilled_, full_rate_;
  std::vector<Rows> at_least_;
  Smallest smallest_;
};

}  // namespace

SizeResult size(const Network& network, const Device& device, const EvaluateOptions& options,
                const SizeOptions& wanted) {
  return Sizing(network, device, options, wanted).run();
}

}  // namespace rowflow

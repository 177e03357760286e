#include "sim/studies/size/sizing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "sim/base/error.hpp"
#include "sim/mapper/best_depths.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/decisions.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/sized_plan.hpp"
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

bool shorter(const Ratio& a, const Ratio& b) { return a.numerator * b.denominator < b.numerator * a.denominator; }

bool same_forwarding(const Buffer& a, const Buffer& b) {
  if (!a.forwarding || !b.forwarding) return !a.forwarding && !b.forwarding;
  const auto figures = [](const Forwarding& f) {
    return std::tuple(f.whole, f.first, f.lead, f.setup, f.tail, f.first_free, f.head_start, f.last_free, f.held_rows);
  };
  return figures(*a.forwarding) == figures(*b.forwarding);
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
                             x.credit_latency == y.credit_latency && same_forwarding(x, y);
                    });
}

/// What spills stays spilled: a buffer outside L3 has more rows than L3 takes of one (T15), or, `as_mapped`, no fewer
/// than it was mapped with: then it stays where it is too.
std::vector<Rows> rows_that_spill(const Plan& plan, bool as_mapped) {
  std::vector<Rows> least;
  for (const Buffer& buffer : plan.buffers) {
    const bool outside = outside_l3(buffer.level);
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

}  // namespace

Sizing::Sizing(const Network& network, const Device& device, const EvaluateOptions& options, const SizeOptions& wanted,
               std::optional<ContextTarget> target)
    : network_(network),
      device_(device),
      options_(options),
      wanted_(wanted),
      target_(target),
      nothing_spilled_(compile(network, device, unsized(options))) {}

SizeResult Sizing::run(RunResult configured) {
  SizeResult result;
  pinned_ = target_ || (configured.status == RunStatus::ok && configured.plan.fit.fits);
  result.configured = std::move(configured);
  result.asked_fps = wanted_.min_fps;
  result.cuts = wanted_.cuts;
  if (!settle(result)) return result;
  result.price = now_.smallest.price;
  result.lower_bound = now_.smallest.lower_bound;
  result.effort = now_.smallest.effort;
  check(result);
  fill_table(result, now_.pipeline, now_.smallest.needed_alone);
  if (wanted_.front_points > 0) {
    add_front(result, now_.pipeline, search_options(front_share), wanted_.front_points, wanted_.jobs);
    add_latencies(result.front);
  }
  return result;
}

void Sizing::add_latencies(std::vector<FrontPoint>& front) const {
  EvaluateOptions options = options_;
  options.engine = Engine::events;
  options.accounts = false;
  for (FrontPoint& point : front) {
    Plan sized = now_.pipeline;
    set_capacities(sized, point.capacities);
    point.paced = evaluate_plan(std::move(sized), options).latency.paced;
  }
}

/// Depths decide what lies where (T15), and that may change the pipeline: searches, not long, until the pipeline is
/// the one searched, and then once more. Leaves the answer, simulated. False when no buffers reach what was asked for.
bool Sizing::settle(SizeResult& result) {
  Plan mapped = pinned_ ? result.configured.plan : nothing_spilled_;
  std::optional<Found> of_configured;
  for (int mapping = 0; mapping < most_mappings && !result.settled; ++mapping) {
    search_from(std::move(mapped), mapping >= free_mappings);
    if (!aim(result)) return false;
    now_.smallest = smallest_capacities(now_.pipeline, now_.target, search_options(short_share));
    result.settled = leads_to(now_.smallest, mapped);
    if (mapping == 0 && pinned_) of_configured = now_;
  }
  if (!result.settled) {  // then it is of the last pipeline, whatever these capacities lead to
    search_from(std::move(mapped), true);
    if (!aim(result)) return false;
  }
  if (!result.settled || !now_.smallest.exact()) search_longer(result);
  result.answer = answer_of(now_);
  if (of_configured) prefer(std::move(*of_configured), result);
  result.target = now_.target;
  return true;
}

void Sizing::search_longer(SizeResult& result) {
  Plan mapped;
  Smallest longer = smallest_capacities(now_.pipeline, now_.target, search_options(1));
  longer.effort += now_.smallest.effort;
  if (result.settled && !leads_to(longer, mapped)) {
    now_.smallest.lower_bound = longer.lower_bound;  // of the same pipeline
    now_.smallest.effort = longer.effort;
  } else {
    now_.smallest = std::move(longer);
  }
}

RunResult Sizing::answer_of(const Found& found) const {
  Plan plan = found.pipeline;
  plan.buffer_policy = BufferPolicy::file;
  set_capacities(plan, found.smallest.capacities);
  update_memory_fit(plan);
  return evaluate_plan(std::move(plan), options_);
}

/// The smallest buffers of the configured pipeline, where the one that depths lead to is slower, dearer, or does not
/// fit: more goes into a mapping than depths and levels. Where these do not fit either, the configured buffers: there
/// is room for those.
void Sizing::prefer(Found of_configured, SizeResult& result) {
  if (shorter(now_.target, of_configured.target)) return;
  const bool slower = shorter(of_configured.target, now_.target);
  const bool dearer = of_configured.smallest.price < now_.smallest.price;
  RunResult answer = answer_of(of_configured);
  if (!answer.plan.fit.fits && !result.answer.plan.fit.fits && reaches(result.configured, of_configured.target)) {
    Smallest& smallest = of_configured.smallest;
    smallest.capacities = capacities_of(result.configured.plan);
    smallest.price = priced(of_configured.pipeline, search_options(1)).of(smallest.capacities);
    answer = answer_of(of_configured);
  }
  const bool worse_fit = !answer.plan.fit.fits && result.answer.plan.fit.fits;
  const bool better_fit = answer.plan.fit.fits && !result.answer.plan.fit.fits;
  if (!slower && (worse_fit || (!dearer && !better_fit))) return;
  now_ = std::move(of_configured);
  result.answer = std::move(answer);
  if (!now_.smallest.exact()) {
    const Smallest longer = smallest_capacities(now_.pipeline, now_.target, search_options(1));
    now_.smallest.lower_bound = std::max(now_.smallest.lower_bound, longer.lower_bound);
    now_.smallest.effort += longer.effort;
  }
  Plan mapped;
  result.settled = leads_to(now_.smallest, mapped);
}

/// The plan that run --buffers maps these capacities to; whether it is the pipeline that they were found for.
bool Sizing::leads_to(const Smallest& smallest, Plan& mapped) const {
  EvaluateOptions sized = options_;
  sized.buffer_budget.reset();
  sized.buffers = EvaluateOptions().buffers;
  sized.capacities = by_name(now_.pipeline, smallest.capacities, pinned_ ? now_.pipeline : nothing_spilled_);
  if (pinned_) sized.levels = decisions_of(now_.pipeline).levels;
  mapped = plan_point(network_, device_, sized);
  return same_pipeline(now_.pipeline, mapped) && (!pinned_ || capacities_of(mapped) == smallest.capacities);
}

void Sizing::search_from(Plan plan, bool as_mapped) {
  if (!pinned_) at_least_ = rows_that_spill(plan, as_mapped);
  now_.pipeline = std::move(plan);
  set_capacities(now_.pipeline, full_rate_capacities(now_.pipeline));
}

/// False when no buffers reach what was asked for.
bool Sizing::aim(SizeResult& result) {
  const Cycles shortest = shortest_interval(now_.pipeline);
  result.highest_fps = static_cast<double>(now_.pipeline.device.clock_hz) / static_cast<double>(shortest);
  if (!target_) {
    now_.target = result.target = target_of(now_.pipeline, wanted_.min_fps, shortest);
    result.reachable = now_.target.numerator >= shortest * now_.target.denominator;
    return result.reachable;
  }
  now_.target = target_->interval;
  if (now_.target.numerator < shortest * now_.target.denominator) now_.target = {shortest, 1};
  if (!is_forwarded(now_.pipeline))
    now_.latency =
        std::max(target_->latency, shortest_latency(now_.pipeline, now_.target, unlimited_capacities(now_.pipeline)));
  return true;
}

SmallestOptions Sizing::search_options(std::int64_t share) const {
  SmallestOptions options;
  options.cuts = wanted_.cuts;
  options.effort = std::max<std::int64_t>(1, wanted_.effort / share);  // 0 asks for something else
  options.at_least = at_least_;
  options.latency = now_.latency;
  return options;
}

void Sizing::check(const SizeResult& result) const {
  if (result.answer.status != RunStatus::ok || options_.frames != 0 || reaches(result.answer, result.target)) return;
  throw Defect(fmt::format("the buffers found reach an interval of {} cycles, asked for {}",
                           result.answer.saturated.throughput.interval->value(), result.target.value()));
}

}  // namespace rowflow

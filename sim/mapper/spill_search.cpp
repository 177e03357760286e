#include "sim/mapper/spill_search.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/integer.hpp"
#include "sim/compile/physical.hpp"
#include "sim/graph/first_frames.hpp"
#include "sim/graph/schedule_graph.hpp"
#include "sim/mapper/best_depths.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/mapper/spill_levels.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr double worth_a_spill = 0.005;           // of the interval
constexpr Cycles any_interval = Cycles{1} << 40;  // only deadlocks are longer
constexpr int most_aims = 8;
constexpr int most_changes = 16, least_changes = 6;  // looked at
constexpr std::int64_t most_steps = 1'000'000;       // of all pipelines looked at
constexpr int most_restarts = 3;
constexpr int brief_aims = 3, brief_changes = 4;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

int changes_to_try(const Plan& plan) {
  return static_cast<int>(std::clamp<std::int64_t>(most_steps / (1 + steps_of(plan)), least_changes, most_changes));
}

double time_of(const SpilledPlan& trial) { return trial.interval ? trial.interval->value() : HUGE_VAL; }

bool better(const SpilledPlan& a, const SpilledPlan& b) {
  if (time_of(a) < time_of(b) * (1 - worth_a_spill)) return true;
  if (time_of(b) < time_of(a) * (1 - worth_a_spill)) return false;
  if (a.host_bytes != b.host_bytes) return a.host_bytes < b.host_bytes;
  if (a.levels.size() != b.levels.size()) return a.levels.size() < b.levels.size();
  return time_of(a) < time_of(b);
}

/// Whether the buffer may be moved out of L3 at all: rows for a sink leave the chip anyway.
bool may_spill(const Plan& plan, const Buffer& buffer) {
  return buffer.level != MemoryLevel::host && buffer.role != BufferRole::transfer && !buffer.prefetch &&
         !plan.stages[at(buffer.to)].outputs.empty() && !is_transport(plan.stages[at(buffer.from)]);
}

class SpillSearch {
 public:
  SpillSearch(const std::function<Plan(const BufferLevels&)>& compiled, bool brief)
      : compiled_(compiled), brief_(brief) {}

  SpilledPlan run() {
    SpilledPlan best = trial({}, {});
    spill_too_wide(best);
    const Plan& plan = best.plan;
    if (plan.mapping.l3_limit_cuts == 0) return best;
    const double shortest = static_cast<double>(plan.bounds.stage_interval);
    double low = shortest, high = HUGE_VAL;  // aims that are too fast for the link, and slow enough
    double next = shortest;
    if (!best.interval) best = aim_at(best, any_interval);
    const SpilledPlan start = best;
    const int aims = brief_ ? brief_aims : most_aims, restarts = brief_ ? 0 : most_restarts;
    for (int aim = 0; aim < aims && time_of(best) > shortest * (1 + worth_a_spill); ++aim) {
      SpilledPlan found = aim_at(start, static_cast<Cycles>(std::ceil(next)));
      const double reached = time_of(found);
      if (better(found, best)) best = std::move(found);
      // A longer interval needs less spilled, and so less of the link.
      if (reached > next * (1 + worth_a_spill))
        low = next;
      else
        high = next;
      const double most = std::min(high, time_of(best));
      if (most <= low * (1 + worth_a_spill)) break;
      next = std::sqrt(low * most);
    }
    best = improved(std::move(best));
    // From there the shortest interval may need little more: what is in L4 is chosen better now.
    for (int again = 0; again < restarts && time_of(best) > shortest * (1 + worth_a_spill); ++again) {
      SpilledPlan found = improved(aim_at(best, static_cast<Cycles>(shortest)));
      if (!better(found, best)) break;
      best = std::move(found);
    }
    return best;
  }

 private:
  SpilledPlan trial(BufferLevels levels, std::map<std::string, std::int64_t> l4_cuts) const {
    SpilledPlan made = compiled_with(std::move(levels), std::move(l4_cuts));
    made.interval = interval_of(made.plan, made.allowed);
    return made;
  }

  /// Without what it reaches, which is long work.
  SpilledPlan compiled_with(BufferLevels levels, std::map<std::string, std::int64_t> l4_cuts) const {
    SpilledPlan made;
    made.plan = compiled_(levels);
    made.levels = std::move(levels);
    made.l4_cuts = std::move(l4_cuts);
    made.allowed = rows_allowed(made.plan);
    for (const auto& [name, cuts] : made.l4_cuts) {
      const int b = find_buffer(made.plan, name);
      made.allowed[at(b)] = rows_in(made.plan, b, cuts);
    }
    for (const Buffer& buffer : made.plan.buffers)
      if (buffer.level == MemoryLevel::host)
        made.host_bytes += 2 * checked_multiply(buffer.rows_per_frame, buffer.row_bytes);
    return made;
  }

  /// The same only if it is better than `best`, and comes near it.
  std::optional<SpilledPlan> better_trial(const BufferLevels& levels,
                                          const std::map<std::string, std::int64_t>& l4_cuts,
                                          const SpilledPlan& best) const {
    SpilledPlan made = compiled_with(levels, l4_cuts);
    const double near = std::ceil(time_of(best) * (1 + worth_a_spill));
    // No interval is below that of the slowest stage.
    if (static_cast<double>(made.plan.bounds.stage_interval) > near) return std::nullopt;
    made.interval = interval_of(made.plan, made.allowed);
    if (time_of(made) > near || !better(made, best)) return std::nullopt;
    return made;
  }

  /// Buffers of which L3 does not even take the least there can be.
  void spill_too_wide(SpilledPlan& best) const {
    const Plan& plan = best.plan;
    const Bytes limit = plan.mapping.l3_limit_cuts * plan.mapping.cut_bytes;
    SpilledPlan wide = best;
    for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
      const Rows least = smallest_capacity(plan, static_cast<int>(b));
      if (limit > 0 && may_spill(plan, plan.buffers[b]) && least * plan.buffers[b].row_bytes > limit)
        put_outside(wide, static_cast<int>(b), least);
    }
    if (!wide.levels.empty()) best = trial(std::move(wide.levels), std::move(wide.l4_cuts));
  }

  /// Spills what conflicts with the interval aimed at, until nothing does or nothing that could be spilled.
  SpilledPlan aim_at(const SpilledPlan& start, Cycles interval) const {
    SpilledPlan now = start;
    bool changed = false;
    while (now.plan.bounds.stage_interval <= interval && spill_for(now, interval)) {
      now = compiled_with(std::move(now.levels), std::move(now.l4_cuts));
      changed = true;
    }
    if (changed) now.interval = interval_of(now.plan, now.allowed);
    return now;
  }

  /// One buffer for each conflict of this pipeline, as if it could be any depth where it goes; whether there were any.
  bool spill_for(SpilledPlan& now, Cycles interval) const {
    ScheduleGraph graph = started_graph(now.plan, {interval, 1}, now.allowed);
    std::optional<ScheduleGraph> alone;
    std::vector<Rows> allowed = now.allowed;
    bool spilled = false;
    while (!graph.holds(allowed)) {
      if (!alone) alone.emplace(graph);
      const int buffer = spill_one(now, graph.conflict(), allowed, *alone);
      if (buffer < 0) break;
      allowed[at(buffer)] = unlimited_rows;
      spilled = true;
    }
    return spilled;
  }

  /// Of the buffers in the conflict the one whose rows cost the link least; −1 when none may be spilled.
  int spill_one(SpilledPlan& now, const std::vector<int>& conflict, const std::vector<Rows>& allowed,
                ScheduleGraph& alone) const {
    Bytes least = 0;
    int chosen = -1;
    Rows chosen_rows = 0;
    for (const int b : conflict) {
      const Buffer& buffer = now.plan.buffers[at(b)];
      if (!may_spill(now.plan, buffer) || allowed[at(b)] == unlimited_rows) continue;
      if (chosen >= 0 && least == 0) break;
      Rows rows = allowed[at(b)] + 1;  // at least
      // How many is long work, and no matter where L4 does not even take these.
      if (l4_takes(now, b, rows)) rows = rows_needed(now, b, alone);
      const Bytes bytes = l4_takes(now, b, rows) ? 0 : checked_multiply(buffer.rows_per_frame, buffer.row_bytes);
      if (chosen >= 0 && bytes >= least) continue;
      least = bytes;
      chosen = b;
      chosen_rows = rows;
    }
    if (chosen >= 0) put_outside(now, chosen, chosen_rows);
    return chosen;
  }

  /// The least that the buffer has in any capacities that hold the interval; a frame's rows and the window more when
  /// that is not to be had.
  Rows rows_needed(const SpilledPlan& now, int buffer, ScheduleGraph& alone) const {
    std::vector<Rows> capacities = unlimited_capacities(now.plan);
    Rows fails = now.allowed[at(buffer)];
    Rows holds = fails + now.plan.buffers[at(buffer)].rows_per_frame;
    while (holds - fails > 1) {
      const Rows middle = fails + (holds - fails) / 2;
      capacities[at(buffer)] = middle;
      (alone.holds(capacities) ? holds : fails) = middle;
    }
    return holds;
  }

  /// Single changes, each of which has to be better: back into L3, from the host into what is left of L4, or there in
  /// place of another buffer.
  SpilledPlan improved(SpilledPlan best) const {
    int left = brief_ ? brief_changes : changes_to_try(best.plan);
    for (bool changed = true; changed && left > 0;) {
      changed = false;
      shrink_in_l4(best);
      for (const std::string& name : dearest(best)) {
        if (best.levels.count(name) == 0) continue;
        for (const auto& [levels, l4_cuts] : changes_of(best, name)) {
          if (left-- <= 0) return best;
          auto other = better_trial(levels, l4_cuts, best);
          if (!other) continue;
          best = std::move(*other);
          changed = true;
          break;
        }
      }
    }
    return best;
  }

  /// Names of what is spilled, what costs the link most first.
  static std::vector<std::string> dearest(const SpilledPlan& now) {
    std::vector<std::pair<Bytes, std::string>> sorted;
    for (const auto& [name, level] : now.levels) {
      const Buffer& buffer = now.plan.buffers[at(find_buffer(now.plan, name))];
      sorted.emplace_back(level == MemoryLevel::host ? -checked_multiply(buffer.rows_per_frame, buffer.row_bytes) : 0,
                          name);
    }
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::string> names;
    for (const auto& [bytes, name] : sorted) names.push_back(name);
    return names;
  }

  /// Cuts of L4 that each buffer there keeps: no more than the interval needs, the others as they may be.
  void shrink_in_l4(SpilledPlan& now) const {
    if (!now.interval || now.l4_cuts.empty()) return;
    ScheduleGraph graph(now.plan, *now.interval);
    for (auto& [name, cuts] : now.l4_cuts) {
      const auto b = at(find_buffer(now.plan, name));
      Rows fails = smallest_capacity(now.plan, static_cast<int>(b)) - 1;
      Rows holds = now.allowed[b];
      while (holds - fails > 1) {
        const Rows middle = fails + (holds - fails) / 2;
        now.allowed[b] = middle;
        (graph.holds(now.allowed) ? holds : fails) = middle;
      }
      cuts = cuts_for(now.plan, static_cast<int>(b), holds);
      now.allowed[b] = rows_in(now.plan, static_cast<int>(b), cuts);
    }
  }

  using Change = std::pair<BufferLevels, std::map<std::string, std::int64_t>>;
  std::vector<Change> changes_of(const SpilledPlan& now, const std::string& name) const {
    std::vector<Change> changes;
    const auto add = [&](const std::string& other, MemoryLevel level, std::int64_t cuts) {
      Change change{now.levels, now.l4_cuts};
      change.first.erase(name);
      change.second.erase(name);
      if (cuts > 0) {
        change.first[name] = MemoryLevel::l4;
        change.second[name] = cuts;
      }
      if (!other.empty()) {
        change.first[other] = level;
        change.second.erase(other);
      }
      changes.push_back(std::move(change));
    };
    add("", MemoryLevel::l3, 0);
    if (now.levels.at(name) != MemoryLevel::host) return changes;
    const std::int64_t left = l4_left(now);
    if (left > 0) add("", MemoryLevel::l3, at_most_in_l4(now, left));
    const auto bytes = [&](const std::string& n) {
      const Buffer& buffer = now.plan.buffers[at(find_buffer(now.plan, n))];
      return buffer.rows_per_frame * buffer.row_bytes;
    };
    for (const auto& [other, cuts] : now.l4_cuts)
      if (bytes(other) < bytes(name)) add(other, MemoryLevel::host, at_most_in_l4(now, left + cuts));
    return changes;
  }

  const std::function<Plan(const BufferLevels&)>& compiled_;
  const bool brief_;
};

}  // namespace

SpilledPlan choose_spilled(const std::function<Plan(const BufferLevels&)>& compiled, bool brief) {
  return SpillSearch(compiled, brief).run();
}

}  // namespace rowflow

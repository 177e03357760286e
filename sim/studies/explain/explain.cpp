#include "sim/studies/explain/explain.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/process_pool.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/metrics/rows_enough.hpp"

namespace rowflow {

namespace {

constexpr double alike = 5e-4;  // relative; such figures are equal when levers are put in order
constexpr std::size_t most_steps = 3;
constexpr std::size_t kept_of_each = 2;  // changes of one block, stage, … that are tried again on top of others
constexpr int fresh_of_stages = 8;       // changes of each kind that the critical cycle after a step names

struct Tried {
  Change change;
  Outcome outcome;
};

RunResult evaluated(const DesignPoint& point, const Contents& contents, bool accounts, int threads) {
  BoundPoint bound = bind(point, contents);
  bound.options.engine = Engine::events;
  bound.options.threads = std::min(most_threads, threads);
  bound.options.accounts = accounts;
  bound.options.link_sharing = accounts;
  return evaluate(bound.network, bound.device, bound.options);
}

nlohmann::json packed(const Outcome& o) {
  const auto maybe = [](const std::optional<double>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json();
  };
  return {static_cast<int>(o.status), o.fits, o.contexts, maybe(o.fps), maybe(o.ms), o.bytes, o.cuts};
}

Outcome unpacked(const nlohmann::json& json) {
  const auto maybe = [](const nlohmann::json& value) {
    return value.is_null() ? std::nullopt : std::optional<double>(value.get<double>());
  };
  return {static_cast<RunStatus>(json[0].get<int>()),
          json[1].get<bool>(),
          json[2].get<int>(),
          maybe(json[3]),
          maybe(json[4]),
          json[5].get<std::int64_t>(),
          json[6].get<std::int64_t>()};
}

/// Equal for figures that are alike.
std::int64_t bin(double value) { return value > 0 ? std::llround(std::log(value) / alike) : INT64_MIN; }

bool is_small_tile(const Change& change) {
  const bool tiles = change.kind == LeverKind::all_tiles || change.kind == LeverKind::tile_height;
  return tiles && change.to != "full" && std::stoll(change.to) < rows_enough;
}

/// Smaller comes first.
std::vector<std::int64_t> rank(const Tried& tried, const Outcome& before, Goal goal) {
  const Outcome& o = tried.outcome;
  const std::int64_t small = is_small_tile(tried.change) ? 1 : 0, things = tried.change.things;
  const std::int64_t slow = o.fps ? -bin(*o.fps) : INT64_MAX, late = o.ms ? bin(*o.ms) : INT64_MAX;
  const std::int64_t lost = loses_fit(o, before) || !o.fps ? 1 : 0;
  if (goal == Goal::latency) return {lost, late, things, small, slow, o.cuts, o.bytes};
  if (goal == Goal::memory) return {lost, slow, o.cuts, things, small, late, o.bytes};
  return {lost, slow, things, small, late, o.cuts, o.bytes};
}

class Explaining {
 public:
  Explaining(const DesignPoint& point, const Contents& contents, const ExplainOptions& wanted)
      : point_(point), contents_(contents), wanted_(wanted), goal_(bind_options(point, contents).goal) {}

  Explained explained() {
    Explained explained;
    ExplainResult& result = explained.result;
    explained.best = point_;
    result.base = evaluated(point_, contents_, true, wanted_.jobs);
    result.before = outcome_of(result.base);
    if (result.base.status == RunStatus::deadlock) return explained;
    if (result.base.status == RunStatus::does_not_fit) explain_as_if_fitted(explained);
    CandidateOptions options;
    options.most = wanted_.levers;
    const Candidates found = candidates(point_, contents_, result.base, options);
    result.candidates = found.all;
    const std::vector<Tried> tried = sorted(evaluate_all(point_, found.changes), result.before);
    for (const Tried& t : tried) result.levers.push_back(lever_with(t.change, t.outcome));
    result.elasticities = elasticities(tried, result.before);
    walk(tried, explained);
    return explained;
  }

 private:
  /// Where one plan is simulated all the same, there is something to change.
  void explain_as_if_fitted(Explained& explained) {
    DesignPoint fitted = point_;
    fitted.set(Knob::fit, "assume");
    RunResult base = evaluated(fitted, contents_, true, wanted_.jobs);
    if (base.status != RunStatus::ok) return;
    point_ = explained.best = fitted;
    explained.result.base = std::move(base);
    explained.result.before = outcome_of(explained.result.base);
    explained.result.as_if_fitted = true;
  }

  static Lever lever_with(const Change& change, const Outcome& outcome) {
    Lever lever = lever_of(change);
    lever.outcome = outcome;
    return lever;
  }

  /// Those that cannot be (a figure out of its range, a target rate in several contexts) are left out.
  std::vector<Tried> evaluate_all(const DesignPoint& from, const std::vector<Change>& changes) {
    std::vector<Tried> tried;
    for_each_in_children(
        changes.size(), wanted_.jobs,
        [&](std::size_t i) {
          Contents contents = contents_;
          const DesignPoint point = with(from, changes[i]);
          contents.add(point);
          return json_text(packed(outcome_of(evaluated(point, contents, false, 1))));
        },
        [&](std::size_t i, const ChildOutcome& child) {
          if (child.answered) tried.push_back({changes[i], unpacked(nlohmann::json::parse(child.answer))});
          if (!child.answered && !child.input_fault) throw Defect("explain: " + child.death);
          if (wanted_.progress) wanted_.progress(i + 1, changes.size());
        });
    return tried;
  }

  std::vector<Tried> sorted(std::vector<Tried> tried, const Outcome& before) const {
    std::stable_sort(tried.begin(), tried.end(),
                     [&](const Tried& a, const Tried& b) { return rank(a, before, goal_) < rank(b, before, goal_); });
    return tried;
  }

  static std::vector<Elasticity> elasticities(const std::vector<Tried>& tried, const Outcome& before) {
    std::vector<Elasticity> all;
    for (const Tried& t : tried) {
      if (t.change.kind != LeverKind::device) continue;
      const auto gain = throughput_gain(t.outcome, before), sooner = latency_gain(t.outcome, before);
      if (!gain || !before.fps) continue;
      Elasticity e{t.change.name, std::stoll(t.change.from), std::stoll(t.change.to), 0, 0};
      const double step = static_cast<double>(e.to - e.from) / static_cast<double>(e.from);
      e.throughput = *gain / step;
      e.latency = -sooner.value_or(0) / step;
      all.push_back(e);
    }
    std::stable_sort(all.begin(), all.end(), [](const Elasticity& a, const Elasticity& b) {
      return std::abs(a.throughput) > std::abs(b.throughput);
    });
    return all;
  }

  /// What is tried on top of the changes taken.
  std::vector<Change> next_changes(const std::vector<Tried>& tried, const std::vector<Change>& taken,
                                   const DesignPoint& point) {
    std::vector<Change> changes;
    const auto is_taken = [&](const Change& change) {
      return std::any_of(taken.begin(), taken.end(), [&](const Change& t) { return same_target(t, change); });
    };
    std::map<std::pair<LeverKind, std::string>, std::size_t> kept;
    for (const Tried& t : tried) {
      if (t.change.kind == LeverKind::device || is_taken(t.change) || !t.outcome.fps) continue;
      const bool stage = t.change.kind == LeverKind::subclusters || t.change.kind == LeverKind::cluster;
      if (!stage && kept[{t.change.kind, t.change.name}]++ < kept_of_each) changes.push_back(t.change);
    }
    CandidateOptions fresh;
    fresh.heights = fresh.boundaries = fresh.figures = false;
    fresh.most_of_stages = fresh_of_stages;
    fresh.most = wanted_.levers;
    for (Change& change : candidates(point, contents_, evaluated(point, contents_, true, wanted_.jobs), fresh).changes)
      changes.push_back(std::move(change));
    return changes;
  }

  static const Tried* best_of(const std::vector<Tried>& tried, const Outcome& now) {
    for (const Tried& t : tried)
      if (t.change.kind != LeverKind::device && !loses_fit(t.outcome, now) &&
          throughput_gain(t.outcome, now).value_or(0) >= worth_naming)
        return &t;
    return nullptr;
  }

  void walk(const std::vector<Tried>& tried, Explained& explained) {
    std::vector<Change> taken;
    std::vector<Tried> here = tried;
    Outcome now = explained.result.before;
    while (taken.size() < most_steps) {
      const Tried* best = best_of(here, now);
      if (best == nullptr) break;
      taken.push_back(best->change);
      now = best->outcome;
      explained.best = with(explained.best, best->change);
      contents_.add(explained.best);
      explained.result.path.push_back(lever_with(best->change, now));
      if (taken.size() < most_steps)
        here = sorted(evaluate_all(explained.best, next_changes(tried, taken, explained.best)), now);
    }
    if (explained.result.path.size() < 2) explained.result.path.clear();
  }

  DesignPoint point_;
  Contents contents_;
  const ExplainOptions& wanted_;
  const Goal goal_;
};

}  // namespace

Explained explain(const DesignPoint& point, const Contents& contents, const ExplainOptions& wanted) {
  return Explaining(point, contents, wanted).explained();
}

}  // namespace rowflow

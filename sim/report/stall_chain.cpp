#include "sim/report/stall_chain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

constexpr double works_all_the_time = 0.9;
constexpr std::size_t stages_told = 4;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

double interval(const StageActivity& a) { return std::max(1.0, a.steady_busy + a.steady_starved + a.steady_blocked); }

/// The largest stall of a stage that is not at `but`; null when it has none worth naming.
const StallCause* largest_stall(const StageActivity& activity, int but, std::optional<StallKind> kind = std::nullopt) {
  const StallCause* largest = nullptr;
  for (const StallCause& stall : activity.stalls) {
    if (stall.buffer == but || stall.steady_cycles < 0.01 * interval(activity) || (kind && stall.kind != *kind))
      continue;
    if (largest == nullptr || stall.steady_cycles > largest->steady_cycles) largest = &stall;
  }
  return largest;
}

const SeBlock* block_with_vector(const Plan& plan, int stage, int buffer) {
  for (const SeBlock& block : plan.se_blocks)
    if (block.scale == stage && block.bypass != buffer) return &block;
  return nullptr;
}

/// The stage that loses most to space, or else to rows, and to which buffer.
std::pair<int, const StallCause*> most_stalled(const RunResult& r) {
  for (const StallKind kind : {StallKind::blocked, StallKind::starved}) {
    int stage = -1;
    const StallCause* worst = nullptr;
    for (std::size_t s = 0; s < r.saturated.stages.size(); ++s) {
      if (r.plan.stages[s].kind == StageKind::source || r.plan.stages[s].kind == StageKind::sink) continue;
      const StallCause* stall = largest_stall(r.saturated.stages[s], -1, kind);
      if (stall == nullptr || (worst != nullptr && stall->steady_cycles <= worst->steady_cycles)) continue;
      stage = static_cast<int>(s);
      worst = stall;
    }
    if (worst != nullptr) return {stage, worst};
  }
  return {-1, nullptr};
}

StallLink link_of(const RunResult& r, int stage, const StallCause& stall) {
  const StageActivity& activity = r.saturated.stages[at(stage)];
  StallLink link{stage, stall.kind, stall.buffer, stall.steady_cycles / interval(activity), -1, std::nullopt};
  if (stall.buffer < 0) return link;
  const Buffer& buffer = r.plan.buffers[at(stall.buffer)];
  link.next = stall.kind == StallKind::blocked ? buffer.to : buffer.from;
  const SeBlock* block = stall.kind == StallKind::starved ? block_with_vector(r.plan, stage, stall.buffer) : nullptr;
  if (block == nullptr) return link;
  // The excite stages only pass on what the squeeze has: it is the one to ask, unless one of them never rests.
  const auto busy = [&](int s) { return r.saturated.stages[at(s)].steady_busy / interval(r.saturated.stages[at(s)]); };
  const auto slow =
      std::find_if(block->excite.begin(), block->excite.end(), [&](int s) { return busy(s) >= works_all_the_time; });
  link.next = slow == block->excite.end() ? block->squeeze : *slow;
  link.squeeze_row = block->tile_height_effective;
  return link;
}

double steady_stall(const RunResult& r, int stage, int buffer, StallKind kind) {
  for (const StallCause& stall : r.saturated.stages[at(stage)].stalls)
    if (stall.buffer == buffer && stall.kind == kind) return stall.steady_cycles;
  return 0;
}

/// Of the waits for space on the critical cycle the one to begin with: a bypass or skip, where there is one, and the
/// longest of these. Index of the arc; the number of arcs when there is none.
std::size_t first_space_wait(const RunResult& r, const std::vector<BindingArc>& arcs) {
  const auto rank = [&](const BindingArc& arc) {
    const BufferRole role = r.plan.buffers[at(arc.buffer)].role;
    return role == BufferRole::se_bypass || role == BufferRole::skip;
  };
  std::size_t best = arcs.size();
  for (std::size_t a = 0; a < arcs.size(); ++a) {
    if (!arcs[a].for_space) continue;
    if (best < arcs.size() &&
        std::make_pair(rank(arcs[a]), arcs[a].cycles) <= std::make_pair(rank(arcs[best]), arcs[best].cycles))
      continue;
    best = a;
  }
  return best;
}

/// The waits of the critical cycle from arc `first` on, without the excite stages, which only pass the squeeze's vector
/// on.
StallChain around_cycle(const RunResult& r, const std::vector<BindingArc>& arcs, std::size_t first) {
  StallChain chain;
  chain.circle = true;
  chain.root = arcs[first].stage;
  int skip_until = -1;  // the stage that the last link waits for, where that is not its neighbour
  for (std::size_t a = 0; a < arcs.size(); ++a) {
    const BindingArc& arc = arcs[(first + a) % arcs.size()];
    if (arc.buffer < 0) continue;
    if (arc.stage == skip_until) skip_until = -1;
    if (skip_until >= 0) continue;
    const StallKind kind = arc.for_space ? StallKind::blocked : StallKind::starved;
    StallCause stall;
    stall.buffer = arc.buffer;
    stall.kind = kind;
    stall.steady_cycles = steady_stall(r, arc.stage, arc.buffer, kind);
    chain.links.push_back(link_of(r, arc.stage, stall));
    if (chain.links.back().squeeze_row) skip_until = chain.links.back().next;
  }
  chain.root_busy = r.saturated.stages[at(chain.root)].steady_busy / interval(r.saturated.stages[at(chain.root)]);
  return chain;
}

StallChain along_stalls(const RunResult& r) {
  StallChain chain;
  auto [stage, stall] = most_stalled(r);
  std::vector<char> seen(r.plan.stages.size(), 0);
  while (stall != nullptr) {
    seen[at(stage)] = 1;
    chain.links.push_back(link_of(r, stage, *stall));
    const int through = stall->buffer;
    stage = chain.links.back().next;
    if (stage < 0) return chain;
    const StageActivity& activity = r.saturated.stages[at(stage)];
    chain.root = stage;
    chain.root_busy = activity.steady_busy / interval(activity);
    chain.circle = seen[at(stage)] != 0;
    if (chain.circle || chain.root_busy >= works_all_the_time) return chain;
    stall = largest_stall(activity, through);
  }
  return chain;
}

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

std::string rows(Rows count) { return fmt::format("{} row{}", count, count == 1 ? "" : "s"); }

/// "stem.conv is blocked 32 % of the time because stem.conv->s1.b0.dw holds 4 rows until …": `until` is the first
/// squeeze behind it.
std::string first_words(const RunResult& r, const StallLink& link, const StallLink* until) {
  const std::string name = stage_name(r.plan, link.stage);
  if (link.buffer < 0)
    return fmt::format("{} waits {} of the time for the source's schedule", name, percent(link.share));
  if (link.squeeze_row)
    return fmt::format("{} has no vector {} of the time until {} has seen row {}", name, percent(link.share),
                       stage_name(r.plan, link.next), *link.squeeze_row);
  if (link.kind == StallKind::starved)
    return fmt::format("{} waits {} of the time for rows of {}", name, percent(link.share),
                       stage_name(r.plan, link.next));
  const std::string end = until == nullptr
                              ? fmt::format("{} takes one", stage_name(r.plan, link.next))
                              : fmt::format("{} has seen row {}", stage_name(r.plan, until->next), *until->squeeze_row);
  return fmt::format("{} is blocked {} of the time because {} holds {} until {}", name, percent(link.share),
                     buffer_name(r.plan, link.buffer), rows(r.plan.buffers[at(link.buffer)].capacity_rows), end);
}

/// The stages that the other links lead through.
std::string path_words(const RunResult& r, const StallChain& chain) {
  std::string names;
  std::size_t count = 0, hidden = 0;
  int before = chain.links.front().stage;
  for (const StallLink& link : chain.links) {
    if (link.next < 0 || link.next == before || link.next == chain.root) continue;
    before = link.next;
    if (++count <= stages_told)
      names += (names.empty() ? "" : ", ") + stage_name(r.plan, link.next);
    else
      ++hidden;
  }
  return hidden > 0 ? names + fmt::format(" and {} more", hidden) : names;
}

}  // namespace

StallChain stall_chain(const RunResult& r) {
  if (r.saturated.critical) {
    const auto& arcs = r.saturated.critical->arcs;
    const std::size_t first = first_space_wait(r, arcs);
    if (first < arcs.size()) return around_cycle(r, arcs, first);
  }
  return along_stalls(r);
}

std::string chain_sentence(const RunResult& r, const StallChain& chain) {
  if (chain.links.empty()) return "no stage waits for rows or space.";
  // Rows leave the first buffer when the squeeze behind it has seen enough: if nothing but rows is waited for up to
  // there.
  const auto end = std::find_if(chain.links.begin() + 1, chain.links.end(), [](const StallLink& link) {
    return link.squeeze_row || link.kind == StallKind::blocked;
  });
  const bool squeeze = end != chain.links.end() && end->squeeze_row;
  const std::string text = first_words(r, chain.links.front(), squeeze ? &*end : nullptr);
  if (chain.root < 0) return text + ".";
  const std::string path = path_words(r, chain), root = stage_name(r.plan, chain.root);
  if (chain.circle) {
    const std::string turn = path.empty() ? "" : fmt::format(" ({} wait in turn for {} itself)", path, root);
    return text + fmt::format(": a circle{}.", turn);
  }
  const std::string through = path.empty() ? "" : ", through " + path;
  const std::string rest = chain.root_busy >= works_all_the_time ? "" : " and waits for nothing else worth naming";
  return text + fmt::format("{}; the root is {}, which works {} of the time{}.", through, root,
                            percent(chain.root_busy), rest);
}

}  // namespace rowflow

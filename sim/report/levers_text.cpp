// The changes of `rowflow explain` in words and tables.
#include "sim/report/levers_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

constexpr std::size_t faster_shown = 8, sooner_shown = 4, figures_shown = 8, of_a_kind = 3;
constexpr double small_change = 5e-4;      // relative; less is shown as none
constexpr double small_elasticity = 0.01;  // per cent per cent

std::string change(const std::optional<double>& gain) {
  if (!gain || std::isinf(*gain)) return "";
  if (std::abs(*gain) < small_change) return "=";
  return fmt::format("{}{:.1f} %", *gain < 0 ? "−" : "+", 100 * std::abs(*gain));
}

std::string fps_cell(const Outcome& outcome) {
  if (outcome.fps) return fmt::format("{:.1f}", *outcome.fps);
  return outcome.status == RunStatus::deadlock ? "deadlock" : outcome.fits ? "–" : "does not fit";
}

double or_none(const std::optional<double>& gain) { return gain.value_or(-1); }

/// Of each block, stage, … the first, and of cluster moves, which overlap, no more than `of_a_kind`.
class First {
 public:
  bool operator()(const Lever& lever) {
    if (lever.kind == LeverKind::cluster && moves_ >= of_a_kind) return false;
    moves_ += lever.kind == LeverKind::cluster ? 1 : 0;
    return seen_.insert({lever.kind, lever.name}).second;
  }

 private:
  std::set<std::pair<LeverKind, std::string>> seen_;
  std::size_t moves_ = 0;
};

bool is_faster(const Lever& lever, const Outcome& before) {
  return !loses_fit(lever.outcome, before) && or_none(throughput_gain(lever.outcome, before)) >= worth_naming;
}

/// In less time, and not slower.
bool is_sooner(const Lever& lever, const Outcome& before) {
  return !loses_fit(lever.outcome, before) && or_none(latency_gain(lever.outcome, before)) >= worth_naming &&
         or_none(throughput_gain(lever.outcome, before)) > -small_change;
}

template <class Holds>
std::vector<const Lever*> some(const ExplainResult& result, std::size_t most, Holds holds) {
  std::vector<const Lever*> shown;
  First first;
  for (const Lever& lever : result.levers)
    if (shown.size() < most && holds(lever, result.before) && first(lever)) shown.push_back(&lever);
  return shown;
}

/// Of those that give no throughput, what saves most latency.
std::vector<const Lever*> soonest(const ExplainResult& result) {
  std::vector<const Lever*> shown;
  for (const Lever& lever : result.levers)
    if (is_sooner(lever, result.before) && !is_faster(lever, result.before)) shown.push_back(&lever);
  std::stable_sort(shown.begin(), shown.end(),
                   [](const Lever* a, const Lever* b) { return *a->outcome.ms < *b->outcome.ms; });
  First first;
  shown.erase(std::remove_if(shown.begin(), shown.end(), [&](const Lever* lever) { return !first(*lever); }),
              shown.end());
  if (shown.size() > sooner_shown) shown.resize(sooner_shown);
  return shown;
}

std::string table_of(const std::vector<const Lever*>& levers, const Outcome& before, const TextStyle& style) {
  Table table({{"change", Align::left, 62}, {"fps"}, {"Δ"}, {"ms"}, {"Δ"}, {"cuts"}});
  for (const Lever* lever : levers) {
    const Outcome& o = lever->outcome;
    const auto sooner = latency_gain(o, before);
    table.add({lever_text(*lever), fps_cell(o), change(throughput_gain(o, before)),
               o.ms ? fmt::format("{:.3f}", *o.ms) : "–", change(sooner ? std::optional(-*sooner) : std::nullopt),
               thousands(o.cuts)});
  }
  return table.text(style);
}

/// Where the point does not fit: what makes it fit.
std::string fitting(const ExplainResult& result) {
  if (result.before.fits) return "";
  std::string text;
  std::size_t count = 0;
  for (const Lever& lever : result.levers)
    if (lever.outcome.fits && lever.outcome.status == RunStatus::ok && ++count <= of_a_kind)
      text += (text.empty() ? "" : "; ") + lever_text(lever);
  if (count > of_a_kind) text += fmt::format("; {} more", count - of_a_kind);
  return text.empty() ? "" : wrap(fmt::format("Fits with: {}.", text));
}

std::string singles(const ExplainResult& result, const TextStyle& style) {
  const auto all = [](const Lever&, const Outcome&) { return true; };
  std::string text =
      "\n" +
      style.bold(fmt::format("Best of {} single changes, each evaluated as `run` does it", result.levers.size())) +
      "\n";
  if (style.verbose) {
    std::vector<const Lever*> every;
    for (const Lever& lever : result.levers) every.push_back(&lever);
    return text + table_of(every, result.before, style);
  }
  std::vector<const Lever*> shown = some(result, faster_shown, is_faster);
  const bool faster = !shown.empty();
  for (const Lever* lever : soonest(result)) shown.push_back(lever);
  if (shown.empty()) {
    shown = some(result, 1, all);
    text += wrap(fmt::format("None gives {:.0f} % of throughput or latency; the best:", 100 * worth_naming));
  } else if (!faster) {
    text += wrap(fmt::format("None gives {:.0f} % of throughput; for latency:", 100 * worth_naming));
  }
  return text + table_of(shown, result.before, style);
}

std::string path(const ExplainResult& result, const TextStyle& style) {
  if (result.path.empty()) return "";
  const Outcome& last = result.path.back().outcome;
  std::string text = "\n" +
                     style.bold(fmt::format("Together: {} ({})", change(throughput_gain(last, result.before)),
                                            "each step the best of those tried on top of the one before")) +
                     "\n";
  Table table({{"step", Align::left, 62}, {"fps"}, {"Δ"}, {"ms"}, {"cuts"}});
  for (const Lever& step : result.path)
    table.add({lever_text(step), fps_cell(step.outcome), change(throughput_gain(step.outcome, result.before)),
               step.outcome.ms ? fmt::format("{:.3f}", *step.outcome.ms) : "–", thousands(step.outcome.cuts)});
  return text + table.text(style);
}

const char* kind_words(LeverKind kind) {
  switch (kind) {
    case LeverKind::all_tiles:
      return "T of all blocks";
    case LeverKind::tile_height:
      return "T of one block";
    case LeverKind::depths:
      return "all depths";
    case LeverKind::buffer:
      return "one buffer deeper";
    case LeverKind::cluster:
      return "stages to another cluster";
    case LeverKind::subclusters:
      return "one subcluster more for a stage";
    case LeverKind::contexts:
      return "where a context begins";
    case LeverKind::device:
    case LeverKind::end:
      break;
  }
  return "a figure of the device by a tenth";
}

/// "T of one block (102, at most +0.4 %)"; of those that gain nothing worth naming, by kind.
std::string ruled_out(const ExplainResult& result) {
  std::string text, partly;
  for (const auto& [kind, all] : result.candidates) {
    int tried = 0, idle = 0;
    double most = -1;
    for (const Lever& lever : result.levers) {
      if (lever.kind != kind) continue;
      ++tried;
      if (is_faster(lever, result.before)) continue;
      ++idle;
      most = std::max(most, or_none(throughput_gain(lever.outcome, result.before)));
    }
    if (tried < all) partly += fmt::format("{}{} ({} of {})", partly.empty() ? "" : ", ", kind_words(kind), tried, all);
    if (idle == 0) continue;
    text += fmt::format("{}{} ({}{}{})", text.empty() ? "" : "; ", kind_words(kind),
                        idle < tried ? fmt::format("{} of {}", idle, tried) : fmt::format("all {}", tried),
                        most > -1 ? ", at best " : "", most > -1 ? change(most) : "");
  }
  if (!text.empty())
    text = wrap(fmt::format("Ruled out, less than {:.0f} % of throughput: {}.", 100 * worth_naming, text));
  if (!partly.empty()) text += wrap("Not all tried (--levers N): " + partly + ".");
  return text.empty() ? "" : "\n" + text;
}

std::string elasticities(const ExplainResult& result, const TextStyle& style) {
  std::string text;
  std::size_t shown = 0, idle = 0;
  for (const Elasticity& e : result.elasticities) {
    if (std::abs(e.throughput) < small_elasticity)
      ++idle;
    else if (++shown <= figures_shown || style.verbose)
      text += fmt::format("{}{} {}{:.2f}", text.empty() ? "" : ", ", e.figure, e.throughput < 0 ? "−" : "",
                          std::abs(e.throughput));
  }
  if (result.elasticities.empty()) return "";
  if (shown > figures_shown && !style.verbose) text += fmt::format(", {} more", shown - figures_shown);
  return "\n" + wrap(fmt::format("Device, per cent of throughput for one per cent of a figure: {}{}{} of {} have none.",
                                 text, text.empty() ? "" : "; ", idle, result.elasticities.size()));
}

}  // namespace

std::string lever_text(const Lever& lever) {
  const std::string arrow = lever.from + " → " + lever.to;
  switch (lever.kind) {
    case LeverKind::all_tiles:
      return "all blocks: T = " + arrow;
    case LeverKind::tile_height:
      return lever.name + ": T = " + arrow;
    case LeverKind::depths:
      return "all depths: " + arrow;
    case LeverKind::buffer:
      return lever.name + ": " + arrow + " rows";
    case LeverKind::cluster:
      return lever.name + ": cluster " + arrow;
    case LeverKind::subclusters:
      return lever.name + ": " + arrow + " subclusters";
    case LeverKind::contexts:
      return lever.name + " begins with " + lever.to + ", not " + lever.from;
    case LeverKind::device:
    case LeverKind::end:
      break;
  }
  return lever.name + ": " + arrow;
}

std::string levers_text(const ExplainResult& result, const TextStyle& style) {
  if (result.levers.empty()) return "";
  return singles(result, style) + fitting(result) + path(result, style) + ruled_out(result) +
         elasticities(result, style);
}

}  // namespace rowflow

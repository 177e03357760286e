#include "sim/report/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

constexpr std::size_t lacks_shown = 2;

std::string in_words(const std::string& resource) {
  if (resource == "controllers") return "layer controllers";
  if (resource == "l3_cuts") return "L3 cuts";
  if (resource == "l4_cuts") return "L4 cuts";
  std::string words = resource_word(resource);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

bool in_bytes(const ResourceUse& use) { return use.name.size() > 6 && use.name.rfind("_bytes") == use.name.size() - 6; }

/// "220 of 128", bytes in KiB.
std::string demand_words(const ResourceUse& use) {
  if (in_bytes(use))
    return fmt::format("{} of {} KiB", thousands((use.demand + 1023) / 1024), thousands(use.limit / 1024));
  return fmt::format("{} of {}", thousands(use.demand), thousands(use.limit));
}

double ratio(const ResourceUse& use) {
  return static_cast<double>(use.demand) / std::max(1.0, static_cast<double>(use.limit));
}

/// What is short, most of all first; of several clusters that lack the same, the worst.
std::vector<ResourceUse> short_of(const std::vector<ResourceUse>& resources) {
  std::vector<ResourceUse> lacks;
  for (const ResourceUse& use : resources)
    if (use.demand > use.limit) lacks.push_back(use);
  std::stable_sort(lacks.begin(), lacks.end(),
                   [](const ResourceUse& a, const ResourceUse& b) { return ratio(a) > ratio(b); });
  std::set<std::string> named;
  const auto again = [&](const ResourceUse& use) { return !named.insert(use.name).second; };
  lacks.erase(std::remove_if(lacks.begin(), lacks.end(), again), lacks.end());
  return lacks;
}

/// "layer controllers (220 of 128, 115 for SE)".
std::string lack_words(const ResourceUse& use, std::int64_t se_controllers, const std::string& when) {
  std::string text = fmt::format("{} ({}", in_words(use.name), demand_words(use));
  if (use.scope != "chip" && !use.scope.empty()) text += " in " + use.scope;
  if (use.name == "controllers" && se_controllers > 0) text += fmt::format(", {} for SE", se_controllers);
  return text + when + ")";
}

/// "620 of 1,024 L3 cuts, 34 of 56 L4 cuts", of L4 where it holds any; empty where the device has no limit of L3.
std::string cuts_of_limit(const std::vector<ResourceUse>& resources) {
  std::string l3, l4;
  for (const ResourceUse& use : resources) {
    if (use.scope != "chip") continue;
    if (use.name == "l3_cuts") l3 = demand_words(use) + " L3 cuts";
    if (use.name == "l4_cuts" && use.demand > 0) l4 = ", " + demand_words(use) + " L4 cuts";
  }
  return l3.empty() ? "" : l3 + l4;
}

/// ", not memory (620 of 1,024 L3 cuts)", unless it is, or the device has no limit; where it is not known, the least.
std::string memory_words(const std::vector<ResourceUse>& resources, bool open) {
  for (const ResourceUse& use : resources) {
    const bool memory = use.name == "l3_cuts" || use.name == "l4_cuts" || use.name == "memory_bytes" ||
                        use.name == "weight_bytes" || use.name == "buffer_budget_bytes";
    if (memory && use.demand > use.limit) return "";
  }
  const std::string cuts = cuts_of_limit(resources);
  if (cuts.empty()) return "";
  return open ? fmt::format("; of memory it takes at least {}", cuts) : fmt::format(", not memory ({})", cuts);
}

/// "lacks layer controllers (…), activation units (…) and 1 more", and what is not short.
Sentence lacking(const std::string& who, const std::vector<ResourceUse>& resources, std::int64_t se_controllers,
                 const std::string& when, bool memory_open = false) {
  const std::vector<ResourceUse> lacks = short_of(resources);
  Sentence sentence;
  if (lacks.empty()) return {who + " does not fit: no division among the clusters was found", {}};
  sentence.core = who + " lacks " + lack_words(lacks.front(), se_controllers, when);
  const std::string memory = memory_words(resources, memory_open);
  if (!memory.empty()) sentence.more.push_back(memory);
  std::string others;
  for (std::size_t l = 1; l < std::min(lacks.size(), lacks_shown + 1); ++l)
    others += fmt::format("{}{} ({})", l > 1 ? ", " : "; also ", in_words(lacks[l].name), demand_words(lacks[l]));
  if (!others.empty()) sentence.more.push_back(others);
  return sentence;
}

/// "Fits in one context; nearest its limit: subclusters (498 of 512)".
Sentence fitting(const std::vector<ResourceUse>& resources) {
  Sentence sentence{"Fits in one context", {}};
  const ResourceUse* nearest = nullptr;
  for (const ResourceUse& use : resources)
    if (use.scope == "chip" && use.limit > 0 && (nearest == nullptr || ratio(use) > ratio(*nearest))) nearest = &use;
  if (nearest == nullptr) return sentence;
  sentence.more.push_back(fmt::format("; nearest its limit: {} ({})", in_words(nearest->name), demand_words(*nearest)));
  const std::string cuts = cuts_of_limit(resources);
  if (nearest->name != "l3_cuts" && !cuts.empty()) sentence.more.push_back("; memory " + cuts);
  return sentence;
}

/// "6 contexts: one lacks …".
Sentence of_contexts(const std::string& count, const ContextsSummary& contexts, const std::string& when) {
  if (contexts.one.resources.empty()) return {count + ", as given", {}};
  return lacking(count + ": one", contexts.one.resources, contexts.one.se_controllers, when, contexts.one.memory_open);
}

Sentence fit_of(const RunResult& r, const std::string& when = "") {
  if (r.several) return of_contexts(fmt::format("{} contexts", r.several->list.size()), *r.several, when);
  if (r.plan.fit.mode == "contexts" && r.plan.fit.contexts > 1)  // one of them, which stopped the others
    return {fmt::format("{} contexts, of which this is one: the others are not simulated", r.plan.fit.contexts), {}};
  if (r.plan.fit.fits && r.status != RunStatus::does_not_fit) return fitting(r.plan.fit.resources);
  const bool simulated = r.status != RunStatus::does_not_fit;
  return lacking(simulated ? "Simulated as if it fitted; it" : "Does not fit, so it is not simulated: it",
                 r.plan.fit.resources, se_controllers(r.plan), when);
}

std::string ms_words(const RunResult& r, double cycles) {
  const double ms = milliseconds(r.plan, cycles);
  return ms < 0.1 ? fmt::format("{:.3f} ms", ms) : fmt::format("{:.1f} ms", ms);
}

std::string fps_words(double fps) { return fmt::format("{:.{}f} fps", fps, fps < 100 ? 1 : 0); }

/// "143 fps at batch 1, 499 at batch 8 (380–539), 7.0 ms".
std::string batch_words(const RunResult& r) {
  const int batch = r.several->batch;
  std::string text = fps_words(*batch_fps(r, 1)) + " at batch 1, ";
  std::set<int> sizes{8, batch};
  sizes.erase(1);
  for (const int size : sizes) {
    const BatchRange range = batch_range(*r.several, size);
    text += fmt::format("{:.0f} at batch {} ({:.0f}–{:.0f}), ", *batch_fps(r, size), size,
                        fps_of_batch(r, range.high, size), fps_of_batch(r, range.low, size));
  }
  return text + ms_words(r, static_cast<double>(*r.latency.isolated));
}

std::string stream_words(const RunResult& r) {
  const auto fps = frames_per_second(r);
  const auto first = r.latency.isolated;
  if (!fps && first) return fmt::format("one frame takes {}", ms_words(r, static_cast<double>(*first)));
  if (!fps) return "no throughput";
  std::string text = fps_words(*fps) + " at any batch";
  if (r.latency.paced) text += fmt::format(", {}", ms_words(r, *r.latency.paced));
  return text;
}

Sentence answer_of(const RunResult& r) {
  if (r.status == RunStatus::does_not_fit) return {};
  Sentence sentence;
  if (!r.plan.se_blocks.empty()) sentence.core = fmt::format("T = {}: ", r.plan.tile_height);
  if (r.status == RunStatus::deadlock) {
    sentence.core += "deadlock";
    if (r.deadlock && !r.deadlock->cure.empty()) {
      const CapacityChange& change = r.deadlock->cure.front();
      const std::size_t more = r.deadlock->cure.size() - 1;
      sentence.core += fmt::format(": {} has {} rows and needs {}{}", buffer_name(r.plan, change.buffer),
                                   r.plan.buffer(change.buffer).capacity_rows, change.capacity_rows,
                                   more > 0 ? fmt::format("; {} more too short", more) : "");
    }
    return sentence;
  }
  sentence.core += r.several ? batch_words(r) : stream_words(r);
  sentence.more = {fmt::format(", {} cuts", cuts_words(r)), "; limited by " + limit_name(r)};
  if (!frames_per_second(r)) sentence.more.pop_back();
  return sentence;
}

/// Whether one context of each height lacks the same.
bool alike(const Comparison& comparison) {
  const auto first_lack = [](const RunResult& r) {
    const std::vector<ResourceUse> lacks = short_of(r.several ? r.several->one.resources : r.plan.fit.resources);
    return lacks.empty() ? std::string() : lacks.front().name + demand_words(lacks.front());
  };
  return std::all_of(comparison.rows.begin(), comparison.rows.end(), [&](const ComparisonRow& row) {
    return first_lack(row.iso_throughput) == first_lack(comparison.rows.front().iso_throughput);
  });
}

/// "4 to 6 contexts".
std::string counts(const Comparison& comparison) {
  std::size_t least = SIZE_MAX, most = 0;
  for (const ComparisonRow& row : comparison.rows) {
    const std::size_t count = row.iso_throughput.several ? row.iso_throughput.several->list.size() : 1;
    least = std::min(least, count);
    most = std::max(most, count);
  }
  return least == most ? fmt::format("{} contexts", most) : fmt::format("{} to {} contexts", least, most);
}

/// The names of device figures that the fps of several contexts hinge on, with the range over theirs.
std::string hinges(const RunResult& r) {
  const int batch = r.several->batch;
  const auto words = [&](const char* name, const BatchRange& range) {
    const double low = fps_of_batch(r, range.high, batch), high = fps_of_batch(r, range.low, batch);
    return high - low < 0.02 * high ? std::string() : fmt::format("{} {:.0f}–{:.0f}", name, low, high);
  };
  std::string text;
  for (const std::string& hinge : {words("context_switch", batch_range(*r.several, batch, Overhead::context_switch)),
                                   words("reload", batch_range(*r.several, batch, Overhead::reload))})
    if (!hinge.empty()) text += (text.empty() ? "" : ", ") + hinge;
  return text.empty() ? "" : fmt::format(": batch {} with {} fps", batch, text);
}

}  // namespace

std::string Sentence::whole() const {
  std::string text = core;
  for (const std::string& part : more) text += part;
  return text.empty() ? "" : text + ".";
}

std::string Sentence::within(std::size_t width) const {
  std::string text = core;
  for (const std::string& part : more)
    for (const std::string& words : {part, part.substr(0, part.find(" ("))})  // without figures rather than not at all
      if (display_width(text) + display_width(words) < width) {
        text += words;
        break;
      }
  return text.empty() ? "" : text + ".";
}

Verdict verdict(const RunResult& result) { return {fit_of(result), answer_of(result)}; }

Verdict verdict(const Comparison& comparison) {
  const auto& rows = comparison.rows;
  const std::size_t shown = comparison.recommended.row.value_or(0);
  const bool budget = rows[shown].iso_memory && !comparison.budget_from_device;  // asked for, so it counts
  const RunResult& best = budget ? *rows[shown].iso_memory : rows[shown].iso_throughput;
  const std::string when = rows.size() > 1 && alike(comparison) ? ", at every T" : "";
  Verdict verdict{fit_of(best, when), answer_of(best)};
  const auto several = [](const ComparisonRow& row) { return row.iso_throughput.several != nullptr; };
  const auto first = std::find_if(rows.begin(), rows.end(), several);
  if (first == rows.end()) return verdict;
  if (std::all_of(rows.begin(), rows.end(), several)) {
    verdict.fit = of_contexts(counts(comparison), *best.several, when);
  } else {
    std::string one;
    for (const ComparisonRow& row : rows)
      if (!several(row)) one += (one.empty() ? "" : ", ") + row.label;
    verdict.fit = {fmt::format("Fits in one context with T = {}; else {}", one, counts(comparison)), {}};
  }
  return verdict;
}

Verdict verdict(const Plan& plan) {
  Verdict verdict;
  verdict.fit = plan.fit.fits
                    ? fitting(plan.fit.resources)
                    : lacking("Does not fit in one context: it", plan.fit.resources, se_controllers(plan), "");
  const double most = frames_per_second(plan, static_cast<double>(plan.bounds.stage_interval));
  verdict.answer.core = fmt::format("At most {}: {} takes {} cycles a frame", fps_words(most), plan.bounds.stage,
                                    thousands(plan.bounds.stage_interval));
  return verdict;
}

Verdict verdict(const Contexts& contexts) {
  return {of_contexts(fmt::format("{} contexts", contexts.list.size()), contexts, ""), {}};
}

std::string verdict_text(const Verdict& verdict, const NextStep& next, const TextStyle& style) {
  std::string text;
  for (const Sentence* sentence : {&verdict.fit, &verdict.answer}) {
    const std::string line = sentence->within(std::max(text_width(), usual_width));
    if (!line.empty()) text += style.bold(wrap(line, 2));
  }
  if (next.command.empty()) return text;
  const std::string command = "Next: " + next.command, why = next.why.empty() ? "" : " (" + next.why + ")";
  return text + command + (display_width(command + why) <= text_width() ? why : "") + "\n";
}

std::string assumed_line(const RunResult& result, const Provenance& all, const TextStyle& style) {
  if (style.verbose || !result.several || all.assumed.empty()) return assumed_text(all, style);
  return wrap(fmt::format("{} (-v){}.", assumed_count(all), hinges(result)));
}

}  // namespace rowflow

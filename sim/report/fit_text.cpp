#include "sim/report/fit_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

#include "sim/metrics/figures.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

constexpr std::size_t heaviest_shown = 4;

std::string share(std::int64_t used, std::int64_t limit) {
  if (limit == 0) return fmt::format("{}", used);
  return fmt::format("{} ({:.0f}%)", used, 100.0 * static_cast<double>(used) / static_cast<double>(limit));
}

void add_line(Table& table, const std::string& name, const ClusterUse& use, const ClusterUse& limit) {
  table.add({name, share(use.controllers, limit.controllers), share(use.subclusters, limit.subclusters),
             share(use.activation_units, limit.activation_units), share(use.input_aligners, limit.input_aligners),
             share(use.weight_cuts + use.buffer_cuts, limit.weight_cuts), fmt::format("{}", use.weight_cuts),
             fmt::format("{}", use.buffer_cuts)});
}

/// "conv5 (12), fc (8), …" of the layers with the largest figure.
std::string heaviest(const Plan& plan, const std::function<std::int64_t(const Stage&)>& figure, const char* unit) {
  std::map<std::string, std::int64_t> by_layer;
  for (const Stage& stage : plan.stages)
    if (stage.cluster >= 0) by_layer[stage.layer] += figure(stage);
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const auto& [layer, sum] : by_layer) order.emplace_back(-sum, layer);
  std::sort(order.begin(), order.end());
  std::string text;
  for (std::size_t i = 0; i < std::min(order.size(), heaviest_shown); ++i)
    text += fmt::format("{}{} ({}{})", i > 0 ? ", " : "", order[i].second, thousands(-order[i].first), unit);
  return text;
}

std::string largest_buffers(const Plan& plan) {
  std::vector<const Buffer*> order;
  for (const Buffer& buffer : plan.buffers)
    if (buffer.level != MemoryLevel::host) order.push_back(&buffer);
  std::stable_sort(order.begin(), order.end(), [](const Buffer* a, const Buffer* b) { return a->cuts > b->cuts; });
  std::string text;
  for (std::size_t i = 0; i < std::min(order.size(), heaviest_shown); ++i)
    text += fmt::format("{}{} ({} cuts)", i > 0 ? ", " : "", order[i]->name, order[i]->cuts);
  return text;
}

std::string advice(const Plan& plan, const std::string& resource) {
  const bool memory = resource == "l3_cuts" || resource == "l4_cuts" || resource == "memory_bytes";
  if (memory) {
    const std::string tiles = plan.se_blocks.empty() ? "" : "smaller tiles, ";
    return fmt::format("most by weights {}; by buffers {}. Levers: {}`rowflow size`, --buffers minimal",
                       heaviest(
                           plan, [](const Stage& s) { return s.weight_bytes / 1024; }, " KiB"),
                       largest_buffers(plan), tiles);
  }
  if (resource == "weight_bytes")
    return fmt::format("most by {}. Levers: fewer weight bits or channels there",
                       heaviest(
                           plan, [](const Stage& s) { return s.weight_bytes / 1024; }, " KiB"));
  if (resource == "subclusters")
    return fmt::format("most by {}. Levers: fewer channels there, more contexts",
                       heaviest(
                           plan, [](const Stage& s) { return s.subclusters + s.split_subclusters; }, ""));
  if (resource == "buffer_budget_bytes") return "Levers: a larger --buffer-kib, smaller tiles";
  if (resource == "clusters")
    return "enough of everything, but no division among the clusters was found. Levers: smaller tiles or buffers where "
           "L3 is full, "
           "--mapping";
  const bool broadcast = std::any_of(plan.stages.begin(), plan.stages.end(),
                                     [](const Stage& s) { return s.kind == StageKind::broadcast; });
  std::int64_t se = 0;
  for (const SeBlock& block : plan.se_blocks) se += controllers(block);
  return fmt::format("most by {}{}. Levers: fewer layers or SE blocks{}, more contexts",
                     heaviest(
                         plan, [](const Stage& s) { return s.physical_layers + s.split_controllers; }, ""),
                     plan.se_blocks.empty() ? "" : fmt::format("; the {} SE blocks take {}", plan.se_blocks.size(), se),
                     broadcast ? ", no broadcast stage" : "");
}

/// What is known beyond this plan: that none fits, or nothing.
std::string verdict_line(const Fit& fit) {
  if (verdict(fit) == FitVerdict::not_found)
    return wrap("  No plan that fits was found; nothing that every plan needs rules one out.", 4);
  std::string demands;
  for (const ResourceUse& use : fit.impossible)
    demands += fmt::format("{}at least {} {}, of {}", demands.empty() ? "" : "; ", thousands(use.demand), use.name,
                           thousands(use.limit));
  return wrap(fmt::format("  No plan fits: however it is allocated and placed, it takes {}.", demands), 4);
}

}  // namespace

std::string utilisation_table(const Plan& plan, const TextStyle& style) {
  const Mapping& m = plan.mapping;
  Table table({{"cluster", Align::left},
               {"control"},
               {"compute"},
               {"activation"},
               {"aligners"},
               {"memory (L3 cuts)"},
               {"weights"},
               {"buffers"}});
  ClusterUse limits;
  for (std::size_t c = 0; c < m.clusters.size(); ++c) {
    const bool beyond = static_cast<int>(c) >= m.device_clusters;
    add_line(table, fmt::format("{}{}", c, beyond ? " (beyond)" : ""), m.clusters[c], m.limit);
    if (!beyond) add_use(limits, m.limit);
  }
  add_line(table, "chip", chip_use(m), limits);
  return "\n" + style.bold("Utilisation") + "\n" + table.text(style);
}

std::string memory_lines(const Plan& plan) {
  const Mapping& m = plan.mapping;
  const ClusterUse chip = chip_use(m);
  std::int64_t l4 = 0;
  for (const Buffer& buffer : plan.buffers) l4 += buffer.level == MemoryLevel::l4 ? buffer.cuts : 0;
  std::string text = wrap(
      fmt::format("  memory       weights {} KiB, {} of them in L2; L3 {} cuts of {} KiB for weights, {} for buffers{}",
                  kib(m.weight_bytes), kib(m.l2_weight_bytes), chip.weight_cuts, kib(m.cut_bytes), chip.buffer_cuts,
                  l4 > 0 ? fmt::format("; L4 {} cuts", l4) : ""),
      15);
  const Bytes host = spilled_bytes(plan, MemoryLevel::host);
  if (host > 0)
    text +=
        wrap(fmt::format(
                 "  spilled      {:.1f} MB a frame out to host memory and back: the link alone takes {} cycles a frame",
                 static_cast<double>(host) / 1e6, thousands(plan.bounds.link_interval)),
             15);
  return text;
}

std::string not_fitting_text(const Plan& plan, const TextStyle& style) {
  if (plan.fit.fits) return "";
  std::string text = "\n" + style.bold("What does not fit") + "\n" + verdict_line(plan.fit);
  for (const ResourceUse& use : plan.fit.resources) {
    if (use.demand <= use.limit) continue;
    text += wrap(fmt::format("  {} ({}): {} of {}; {}.", use.name, use.scope, thousands(use.demand),
                             thousands(use.limit), advice(plan, use.name)),
                 4);
  }
  return text;
}

}  // namespace rowflow

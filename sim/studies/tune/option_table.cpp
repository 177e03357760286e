#include "sim/studies/tune/option_table.hpp"

#include <algorithm>
#include <map>

namespace rowflow {

namespace {

/// A way to choose for the blocks so far.
struct Label {
  std::int64_t loss = 0;
  Bytes bytes = 0;
  int option = -1;
  int parent_count = 0;
  std::size_t parent = 0;  ///< index into the layer before, in its group `parent_count`
};

using Group = std::vector<Label>;    ///< more loss, fewer bytes
using Layer = std::map<int, Group>;  ///< by count

bool before(const Label& a, const Label& b) { return a.loss != b.loss ? a.loss < b.loss : a.bytes < b.bytes; }

/// Keeps what no other label of the group beats or equals in both.
void prune(Group& group) {
  std::stable_sort(group.begin(), group.end(), before);
  Group kept;
  for (const Label& label : group) {
    if (kept.empty() || label.bytes < kept.back().bytes) kept.push_back(label);
  }
  group = std::move(kept);
}

/// The fewest bytes that the blocks from `block` on can add.
std::vector<Bytes> fewest_to_come(const OptionTable& table) {
  std::vector<Bytes> rest(table.size() + 1, 0);
  for (std::size_t b = table.size(); b-- > 0;) {
    Bytes least = table[b].front().bytes;
    for (const BlockOption& option : table[b]) least = std::min(least, option.bytes);
    rest[b] = rest[b + 1] + least;
  }
  return rest;
}

Layer extended(const Layer& layer, const std::vector<BlockOption>& options, const OptionLimits& limits, Bytes to_come) {
  Layer next;
  for (const auto& [count, group] : layer) {
    for (std::size_t l = 0; l < group.size(); ++l) {
      for (std::size_t o = 0; o < options.size(); ++o) {
        const Label label{group[l].loss + options[o].loss, group[l].bytes + options[o].bytes, static_cast<int>(o),
                          count, l};
        if (limits.most_loss && label.loss > *limits.most_loss) continue;
        if (limits.most_bytes && label.bytes + to_come > *limits.most_bytes) continue;
        next[count + (options[o].counts ? 1 : 0)].push_back(label);
      }
    }
  }
  for (auto& [count, group] : next) prune(group);
  return next;
}

std::vector<Layer> layers_of(const OptionTable& table, const OptionLimits& limits) {
  const std::vector<Bytes> to_come = fewest_to_come(table);
  std::vector<Layer> layers{{{0, {Label{}}}}};
  for (std::size_t b = 0; b < table.size(); ++b)
    layers.push_back(extended(layers.back(), table[b], limits, to_come[b + 1]));
  return layers;
}

OptionChoice traced(const OptionTable& table, const std::vector<Layer>& layers, int count, std::size_t index) {
  OptionChoice choice;
  choice.options.resize(table.size());
  for (std::size_t b = table.size(); b > 0; --b) {
    const Label& label = layers[b].at(count)[index];
    const auto option = static_cast<std::size_t>(label.option);
    choice.options[b - 1] = label.option;
    choice.bytes += table[b - 1][option].bytes;
    choice.loss += table[b - 1][option].loss;
    choice.count += table[b - 1][option].counts ? 1 : 0;
    count = label.parent_count;
    index = label.parent;
  }
  return choice;
}

}  // namespace

std::optional<OptionChoice> fewest_bytes(const OptionTable& table, const OptionLimits& limits) {
  const std::vector<Layer> layers = layers_of(table, limits);
  std::optional<OptionChoice> best;
  for (const auto& [count, group] : layers.back()) {
    const OptionChoice choice = traced(table, layers, count, group.size() - 1);
    const bool better =
        !best || choice.bytes < best->bytes || (choice.bytes == best->bytes && choice.loss < best->loss);
    if (better) best = choice;
  }
  return best;
}

std::optional<OptionChoice> fewest_counted(const OptionTable& table, const OptionLimits& limits) {
  const std::vector<Layer> layers = layers_of(table, limits);
  if (layers.back().empty()) return std::nullopt;
  return traced(table, layers, layers.back().begin()->first, 0);
}

}  // namespace rowflow

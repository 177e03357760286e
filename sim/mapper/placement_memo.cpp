#include "sim/mapper/placement_memo.hpp"

#include <algorithm>
#include <utility>

namespace rowflow {

namespace {

constexpr std::size_t most_numbers = 2'000'000;  // 16 MB

void add(PlacementMemo::Key& key, const ClusterUse& use) {
  key.insert(key.end(), {use.subclusters, use.controllers, use.activation_units, use.input_aligners, use.weight_cuts,
                         use.buffer_cuts});
}

}  // namespace

PlacementMemo::Key placement_key(const PlacementItems& all, const ClusterUse& limit, int clusters, Cycles interval) {
  PlacementMemo::Key key{clusters, static_cast<std::int64_t>(all.items.size())};
  add(key, limit);
  for (const PlacementItem& item : all.items) {
    add(key, item.use);
    key.push_back(item.cluster);
    key.push_back(item.fixed ? 1 : 0);
  }
  for (const PlacementEdge& edge : all.edges) {
    if (edge.bytes == 0 && (edge.from < 0 || edge.to.empty())) continue;  // takes nothing and crosses nothing
    key.insert(key.end(), {edge.from, edge.cuts(false), edge.cuts(true)});
    key.push_back(std::max<Cycles>(0, edge.transfer_interval - interval));  // of an edge that is fast enough nothing
    key.push_back(static_cast<std::int64_t>(edge.to.size()));
    key.insert(key.end(), edge.to.begin(), edge.to.end());
  }
  return key;
}

const std::vector<int>* PlacementMemo::find(const Key& key) const {
  const auto found = known_.find(key);
  return found == known_.end() ? nullptr : &found->second;
}

void PlacementMemo::keep(Key key, std::vector<int> clusters) {
  numbers_ += key.size();
  if (numbers_ > most_numbers) {
    known_.clear();
    numbers_ = key.size();
  }
  known_.insert_or_assign(std::move(key), std::move(clusters));
}

}  // namespace rowflow

#include "sim/studies/sweep/agenda.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/hash.hpp"
#include "sim/base/json_text.hpp"

namespace rowflow {

Agenda::Agenda(const Sweep& sweep, const Contents& contents, const std::string& version, const SweepOptions& options,
               Results& results, std::function<void()> write)
    : sweep_(sweep),
      contents_(contents),
      version_(version),
      options_(options),
      results_(results),
      write_(std::move(write)),
      count_(point_count(sweep)),
      next_(static_cast<std::uint64_t>(options.shard.index) - 1),
      known_(results.known()) {
  if (results.about("agenda") != identity()) {  // places are those of another sweep
    if (!known_.empty()) results_.forget_positions();
    for (auto& row : known_) row.second.position = -1;
  }
  results_.set_about("agenda", identity());
  for (const auto& row : known_)
    if (row.second.position >= 0) at_[static_cast<std::uint64_t>(row.second.position)] = &row.second;
}

/// All that places and ids follow from.
std::string Agenda::identity() const {
  std::vector<std::string> inputs;
  for (const StoredContent& input : contents_.stored())
    inputs.push_back(input.kind + " " + input.name + " " + input.hash);
  std::sort(inputs.begin(), inputs.end());
  return hash_text(
      json_text(nlohmann::json{version_, sweep_json(sweep_), inputs, options_.shard.index, options_.shard.of}));
}

std::uint64_t Agenda::most() const {
  const auto of = static_cast<std::uint64_t>(options_.shard.of),
             first = static_cast<std::uint64_t>(options_.shard.index) - 1;
  return count_ > first ? (count_ - first + of - 1) / of : 0;
}

/// A row that has to be computed again: its worker crashed, or it is without what this sweep is to keep of it.
bool Agenda::lacks(const Known& row, const DesignPoint& point) const {
  if (row.status == "crashed") return true;
  if (row.status != "ok" && row.status != "deadlock" && row.status != "does_not_fit") return false;
  const bool has_blocks = !contents_.network(point.value(Knob::network)).blocks.empty();
  return (options_.keep != Keep::scalars && has_blocks && !row.blocks) || (options_.keep == Keep::full && !row.whole);
}

std::optional<std::uint64_t> Agenda::next(SweepProgress& progress) {
  while (next_ < count_) {
    const std::uint64_t position = next_;
    next_ += static_cast<std::uint64_t>(options_.shard.of);
    const DesignPoint point = point_at(sweep_, position);
    if (const auto there = at_.find(position); there != at_.end()) {
      if (lacks(*there->second, point)) return position;
      ++progress.stored;
      continue;
    }
    std::string id = point_id(point, contents_, version_);
    const auto row = known_.find(id);
    if (row == known_.end()) {
      if (met_.insert(std::move(id)).second) return position;
      --progress.points;
    } else if (row->second.position >= 0) {  // the same point stands at another place
      --progress.points;
    } else {
      row->second.position = static_cast<std::int64_t>(position);
      if (lacks(row->second, point)) return position;
      write_();
      results_.set_position(id, row->second.position);
      ++progress.stored;
    }
  }
  return std::nullopt;
}

}  // namespace rowflow

#include "sim/studies/tune/option_enumeration.hpp"

#include <algorithm>
#include <limits>

namespace rowflow {

namespace {

/// Depth first; a branch ends where not even the fewest bytes of what is to come, with as many counted options as are
/// left, are within.
class Enumeration {
 public:
  Enumeration(const OptionTable& table, const OptionLimits& limits, int most_counted, std::size_t most_found)
      : table_(table), limits_(limits), most_found_(most_found), chosen_(table.size(), 0) {
    const auto most = static_cast<std::size_t>(std::max(0, most_counted));
    to_come_.assign(table.size() + 1, std::vector<Bytes>(most + 1, 0));
    for (std::size_t b = table.size(); b-- > 0;) {
      for (std::size_t left = 0; left <= most; ++left) to_come_[b][left] = fewest(b, left);
    }
  }

  bool run(int most_counted) { return most_counted < 0 || from(0, 0, 0, static_cast<std::size_t>(most_counted)); }
  std::vector<std::vector<int>> take() { return std::move(found_); }

 private:
  static constexpr Bytes impossible = std::numeric_limits<Bytes>::max() / 4;

  Bytes fewest(std::size_t block, std::size_t left) const {
    Bytes least = impossible;
    for (const BlockOption& option : table_[block]) {
      if (option.counts && left == 0) continue;
      least = std::min(least, option.bytes + to_come_[block + 1][left - (option.counts ? 1 : 0)]);
    }
    return least;
  }

  /// False: too many.
  bool from(std::size_t block, Bytes bytes, std::int64_t loss, std::size_t left) {
    if (++looked_at_ > 1000 * most_found_) return false;
    if (limits_.most_loss && loss > *limits_.most_loss) return true;
    if (limits_.most_bytes && bytes + to_come_[block][left] > *limits_.most_bytes) return true;
    if (block == table_.size()) {
      found_.push_back(chosen_);
      return found_.size() <= most_found_;
    }
    for (std::size_t o = 0; o < table_[block].size(); ++o) {
      const BlockOption& option = table_[block][o];
      if (option.counts && left == 0) continue;
      chosen_[block] = static_cast<int>(o);
      if (!from(block + 1, bytes + option.bytes, loss + option.loss, left - (option.counts ? 1 : 0))) return false;
    }
    return true;
  }

  const OptionTable& table_;
  const OptionLimits& limits_;
  std::size_t most_found_, looked_at_ = 0;
  std::vector<int> chosen_;
  std::vector<std::vector<Bytes>> to_come_;  ///< by block and counted options left
  std::vector<std::vector<int>> found_;
};

}  // namespace

std::optional<std::vector<std::vector<int>>> choices_within(const OptionTable& table, const OptionLimits& limits,
                                                            int most_counted, std::size_t most_found) {
  Enumeration enumeration(table, limits, most_counted, most_found);
  if (!enumeration.run(most_counted)) return std::nullopt;
  return enumeration.take();
}

}  // namespace rowflow

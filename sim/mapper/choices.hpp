// The cheapest capacities of a few buffers that meet a growing set of demands: best first, and the search goes on where
// it stood when a demand is added.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/mapper/price.hpp"

namespace rowflow {

/// At least one of these buffers has at least so many rows.
using Demand = std::vector<std::pair<int, Rows>>;

class Choices {
 public:
  /// For these buffers (ascending), each at least as deep as in `least`.
  Choices(const Price& price, std::vector<int> buffers, const std::vector<Rows>& least);

  /// The demand names only buffers of these.
  void add(const Demand& demand);

  /// Goes on until the cheapest is known, or about `most` demands of partial choices were looked at; returns how many
  /// were.
  std::int64_t solve(std::int64_t most);

  bool exact() const { return open_.front().branch < 0; }
  std::int64_t lower_bound() const { return open_.front().bound; }
  /// Writes the buffers' capacities: the cheapest if exact(), else some that meet all demands.
  void write(std::vector<Rows>& capacities) const;

  const std::vector<int>& buffers() const { return buffers_; }
  const std::vector<Demand>& demands() const { return demands_; }

 private:
  struct Literal {
    int position;
    Rows rows;
    std::int64_t price;
  };
  /// A partial choice: no buffer below `rows` or above `caps`. Its bound counts the demands known when it was looked
  /// at.
  struct Node {
    std::int64_t bound = 0;
    std::int64_t serial = 0;
    std::size_t demands_seen = 0;
    int branch = -1;  ///< the unmet demand to branch on; -1: all are met
    std::vector<Rows> rows, caps;
  };
  static bool later(const Node& a, const Node& b) {
    return a.bound != b.bound ? a.bound > b.bound : a.serial < b.serial;
  }

  bool propagate(Node& node);
  bool evaluate(Node& node);
  void push(Node node);
  Node pop();
  void refresh_front();
  std::int64_t price(std::size_t position, Rows rows) const;
  bool implied(const std::vector<Literal>& strong, const std::vector<Literal>& weak) const;

  const Price* price_;
  std::vector<int> buffers_;
  std::vector<Demand> demands_;
  std::vector<std::vector<Literal>> literals_;  ///< of each demand; empty: another one implies it
  std::vector<std::int64_t> paid_;              ///< by buffer, while a choice is looked at
  std::vector<std::size_t> open_demands_;       ///< unmet, of the same
  std::vector<Node> open_;                      ///< a heap
  std::int64_t serial_ = 0, looks_ = 0;
};

}  // namespace rowflow

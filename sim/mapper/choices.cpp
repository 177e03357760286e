#include "sim/mapper/choices.hpp"

#include <algorithm>
#include <limits>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

constexpr Rows no_cap = std::numeric_limits<Rows>::max();
constexpr std::int64_t impossible = std::numeric_limits<std::int64_t>::max();

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

Choices::Choices(const Price& price, std::vector<int> buffers, const std::vector<Rows>& least)
    : price_(&price), buffers_(std::move(buffers)), paid_(buffers_.size()) {
  Node root;
  for (const int b : buffers_) root.rows.push_back(least[at(b)]);
  root.caps.assign(buffers_.size(), no_cap);
  evaluate(root);
  push(std::move(root));
}

std::int64_t Choices::price(std::size_t position, Rows rows) const { return price_->of(buffers_[position], rows); }

/// Every choice that meets `strong` meets `weak`.
bool Choices::implied(const std::vector<Literal>& strong, const std::vector<Literal>& weak) const {
  return std::all_of(strong.begin(), strong.end(), [&](const Literal& s) {
    return std::any_of(weak.begin(), weak.end(),
                       [&](const Literal& w) { return w.position == s.position && w.rows <= s.rows; });
  });
}

void Choices::add(const Demand& demand) {
  std::vector<Literal> literals;
  for (const auto& [b, rows] : demand) {
    const auto position = std::lower_bound(buffers_.begin(), buffers_.end(), b) - buffers_.begin();
    literals.push_back({static_cast<int>(position), rows, price(static_cast<std::size_t>(position), rows)});
  }
  for (auto& other : literals_)
    if (!other.empty() && implied(literals, other)) other.clear();
  demands_.push_back(demand);
  literals_.push_back(std::move(literals));
  refresh_front();
}

/// Raises what must be raised, whatever is chosen elsewhere. False: no way to meet all.
bool Choices::propagate(Node& node) {
  for (bool changed = true; changed;) {
    changed = false;
    looks_ += static_cast<std::int64_t>(literals_.size());
    open_demands_.clear();
    for (std::size_t d = 0; d < literals_.size(); ++d) {
      const Literal* only = nullptr;
      int allowed = 0;
      bool met = literals_[d].empty();
      for (const Literal& literal : literals_[d]) {
        met |= node.rows[at(literal.position)] >= literal.rows;
        if (literal.rows > node.caps[at(literal.position)]) continue;
        only = &literal;
        ++allowed;
      }
      if (met) continue;
      if (allowed == 0) return false;
      if (allowed == 1) {
        node.rows[at(only->position)] = only->rows;
        changed = true;
      } else {
        open_demands_.push_back(d);
      }
    }
  }
  return true;
}

/// The cost so far, and what unmet demands still take: each is charged what its cheapest choice costs beyond what was
/// charged to the same buffer before, so no choice is charged twice. False: no way to meet all.
bool Choices::evaluate(Node& node) {
  node.demands_seen = literals_.size();
  node.branch = -1;
  node.bound = 0;
  if (!propagate(node)) return false;
  for (std::size_t p = 0; p < buffers_.size(); ++p) node.bound += paid_[p] = price(p, node.rows[p]);
  std::int64_t dearest = -1;
  for (const std::size_t d : open_demands_) {
    std::int64_t least = impossible, alone = impossible;
    for (const Literal& literal : literals_[d]) {
      if (literal.rows > node.caps[at(literal.position)]) continue;
      least = std::min(least, literal.price - paid_[at(literal.position)]);
      alone = std::min(alone, literal.price - price(at(literal.position), node.rows[at(literal.position)]));
    }
    if (alone > dearest) {
      dearest = alone;
      node.branch = static_cast<int>(d);
    }
    if (least <= 0) continue;
    node.bound += least;
    for (const Literal& literal : literals_[d])
      if (literal.rows <= node.caps[at(literal.position)]) paid_[at(literal.position)] += least;
  }
  return true;
}

void Choices::push(Node node) {
  open_.push_back(std::move(node));
  std::push_heap(open_.begin(), open_.end(), later);
}

Choices::Node Choices::pop() {
  std::pop_heap(open_.begin(), open_.end(), later);
  Node node = std::move(open_.back());
  open_.pop_back();
  return node;
}

/// The first in the queue is looked at again until it is first with all demands counted: then its bound bounds every
/// choice.
void Choices::refresh_front() {
  while (!open_.empty() && open_.front().demands_seen < literals_.size()) {
    Node node = pop();
    const std::int64_t before = node.bound;
    if (!evaluate(node)) continue;
    node.bound = std::max(node.bound, before);
    push(std::move(node));
  }
  if (open_.empty()) throw Defect("demands on buffers that nothing can meet");
}

std::int64_t Choices::solve(std::int64_t most) {
  const std::int64_t before = looks_;
  for (refresh_front(); open_.front().branch >= 0 && looks_ - before < most; refresh_front()) {
    Node node = pop();
    const auto literals = literals_[at(node.branch)];
    const std::int64_t bound = node.bound;
    for (const Literal& literal : literals) {
      const std::size_t p = at(literal.position);
      if (literal.rows > node.caps[p]) continue;
      Node child = node;
      child.rows[p] = literal.rows;
      child.serial = ++serial_;
      if (evaluate(child)) {
        child.bound = std::max(child.bound, bound);
        push(std::move(child));
      }
      node.caps[p] = literal.rows - 1;  // the choices are disjoint
      if (node.caps[p] < node.rows[p]) break;
    }
  }
  return looks_ - before;
}

void Choices::write(std::vector<Rows>& capacities) const {
  std::vector<Rows> rows = open_.front().rows;
  if (!exact()) {
    for (const auto& demand : literals_) {
      const auto met = [&](const Literal& literal) { return rows[at(literal.position)] >= literal.rows; };
      if (demand.empty() || std::any_of(demand.begin(), demand.end(), met)) continue;
      const auto cheaper = [&](const Literal& a, const Literal& b) {
        return a.price - price(at(a.position), rows[at(a.position)]) <
               b.price - price(at(b.position), rows[at(b.position)]);
      };
      const Literal& cheapest = *std::min_element(demand.begin(), demand.end(), cheaper);
      rows[at(cheapest.position)] = cheapest.rows;
    }
  }
  for (std::size_t p = 0; p < buffers_.size(); ++p) capacities[at(buffers_[p])] = rows[p];
}

}  // namespace rowflow

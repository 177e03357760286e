#include "sim/metrics/periodicity.hpp"

#include <algorithm>
#include <array>

namespace rowflow {

namespace {

constexpr int longest_certificate = 8;  // frames; longer ones are found no earlier in practice and cost more to try

std::size_t hash_normalised(const std::vector<Cycles>& state) {
  constexpr std::size_t lanes = 4;  // so that one product need not wait for the other
  std::array<std::uint64_t, lanes> hash{1, 2, 3, 4};
  const Cycles first = state.front();
  const auto mix = [&](std::size_t lane, Cycles value) {
    hash[lane] = (hash[lane] ^ static_cast<std::uint64_t>(value - first)) * 0x9e3779b97f4a7c15U;
    hash[lane] ^= hash[lane] >> 29U;
  };
  std::size_t i = 0;
  for (; i + lanes <= state.size(); i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) mix(lane, state[i + lane]);
  for (; i < state.size(); ++i) mix(0, state[i]);
  for (std::size_t lane = 1; lane < lanes; ++lane) mix(0, static_cast<Cycles>(hash[lane]) + first);
  return static_cast<std::size_t>(hash[0]);
}

bool equal_normalised(const std::vector<Cycles>& a, const std::vector<Cycles>& b) {
  const Cycles shift = b.front() - a.front();
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [shift](Cycles x, Cycles y) { return x + shift == y; });
}

}  // namespace

void Periodicity::add(std::vector<Cycles> state) {
  if (repeat_) return;  // nothing more to learn
  const int frame = frames();
  const std::size_t hash = hash_normalised(state);
  const auto [begin, end] = frames_by_hash_.equal_range(hash);
  for (auto it = begin; it != end && !repeat_; ++it) {
    const auto& earlier = states_[static_cast<std::size_t>(it->second)];
    if (equal_normalised(earlier, state))
      repeat_ = Repeat{it->second, frame - it->second, state.front() - earlier.front()};
  }
  frames_by_hash_.emplace(hash, frame);
  stamps_ += static_cast<std::int64_t>(state.size());
  states_.push_back(std::move(state));
}

bool Periodicity::certifies(const Ratio& lower_bound) const {
  if (states_.empty()) return false;
  const auto& last = states_.back();
  const int most = std::min(longest_certificate, frames() - 1);
  for (int p = 1; p <= most; ++p) {
    const auto& earlier = states_[states_.size() - 1 - static_cast<std::size_t>(p)];
    const Cycles growth = p * lower_bound.numerator;
    const bool holds =
        std::equal(earlier.begin(), earlier.end(), last.begin(), last.end(),
                   [&](Cycles before, Cycles after) { return (after - before) * lower_bound.denominator <= growth; });
    if (holds) return true;
  }
  return false;
}

}  // namespace rowflow

// Choices among buffers that meet demands: the cheapest against trying them all, and what an unfinished search may say.
#include "sim/mapper/choices.hpp"

#include <algorithm>
#include <random>

#include "tests/support/catch.hpp"
#include "tests/support/plan_builder.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

constexpr Rows deepest = 6;

struct Case {
  Plan plan;
  std::vector<int> buffers;
  std::vector<Rows> least;
  std::vector<Demand> demands;
};

/// Four buffers of rows of different size, three or four of them to choose among, and some demands on one to three.
Case drawn_case(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  PlanBuilder builder;
  int last = builder.stage("s0", 4, 1);
  for (int s = 1; s <= 4; ++s) {
    const int next = builder.stage("s" + std::to_string(s), 4, 1);
    builder.connect(last, next, 1);
    last = next;
  }
  Case c{builder.finish(), {0, 1, 2, 3}, {}, {}};
  for (Buffer& buffer : c.plan.buffers) buffer.row_bytes = draw(1, 20);
  if (draw(0, 1) == 0) c.buffers.erase(c.buffers.begin() + draw(0, 3));
  for (int b = 0; b < 4; ++b) c.least.push_back(draw(1, 2));
  for (std::int64_t d = draw(1, 7); d > 0; --d) {
    Demand demand;
    for (const int b : c.buffers)
      if (draw(0, 2) > 0) demand.push_back({b, draw(1, deepest)});
    if (!demand.empty()) c.demands.push_back(demand);
  }
  return c;
}

bool meets(const std::vector<Rows>& capacities, const Demand& demand) {
  return std::any_of(demand.begin(), demand.end(), [&](const std::pair<int, Rows>& one) {
    return capacities[static_cast<std::size_t>(one.first)] >= one.second;
  });
}

std::int64_t bytes_of(const Case& c, const std::vector<Rows>& capacities) {
  std::int64_t bytes = 0;
  for (const int b : c.buffers)
    bytes += capacities[static_cast<std::size_t>(b)] * c.plan.buffers[static_cast<std::size_t>(b)].row_bytes;
  return bytes;
}

/// The bytes of the cheapest of all choices up to the deepest demand.
std::int64_t cheapest_of_all(const Case& c, std::vector<Rows>& capacities, std::size_t position) {
  if (position == c.buffers.size()) {
    const bool all = std::all_of(c.demands.begin(), c.demands.end(),
                                 [&](const Demand& demand) { return meets(capacities, demand); });
    return all ? bytes_of(c, capacities) : std::int64_t{1} << 40;
  }
  const auto b = static_cast<std::size_t>(c.buffers[position]);
  std::int64_t cheapest = std::int64_t{1} << 40;
  for (Rows rows = c.least[b]; rows <= deepest; ++rows) {
    capacities[b] = rows;
    cheapest = std::min(cheapest, cheapest_of_all(c, capacities, position + 1));
  }
  capacities[b] = c.least[b];
  return cheapest;
}

}  // namespace

TEST_CASE("choices: the cheapest that meets all demands, added one by one or together") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    const Case c = drawn_case(seed);
    std::vector<Rows> trial = c.least;
    const std::int64_t cheapest = cheapest_of_all(c, trial, 0);
    const Price price(c.plan);
    Choices together(price, c.buffers, c.least), one_by_one(price, c.buffers, c.least);
    for (const Demand& demand : c.demands) {
      together.add(demand);
      one_by_one.add(demand);
      one_by_one.solve(1'000'000);
      REQUIRE(one_by_one.exact());
    }
    together.solve(1'000'000);
    REQUIRE(together.exact());
    for (const Choices* choices : {&together, &one_by_one}) {
      std::vector<Rows> capacities = c.least;
      choices->write(capacities);
      REQUIRE(bytes_of(c, capacities) == cheapest);
      REQUIRE(choices->lower_bound() == cheapest);
      for (const Demand& demand : c.demands) REQUIRE(meets(capacities, demand));
      for (const int b : c.buffers)
        REQUIRE(capacities[static_cast<std::size_t>(b)] >= c.least[static_cast<std::size_t>(b)]);
    }
  }
}

TEST_CASE("choices: a search that stopped early says so, meets all demands, and its bound holds") {
  int unfinished = 0, dearer = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    const Case c = drawn_case(seed);
    std::vector<Rows> trial = c.least;
    const std::int64_t cheapest = cheapest_of_all(c, trial, 0);
    const Price price(c.plan);
    for (const std::int64_t most : {0, 1, 10, 40}) {
      Choices choices(price, c.buffers, c.least);
      for (const Demand& demand : c.demands) choices.add(demand);
      choices.solve(most);
      std::vector<Rows> capacities = c.least;
      choices.write(capacities);
      for (const Demand& demand : c.demands) REQUIRE(meets(capacities, demand));
      REQUIRE(choices.lower_bound() <= cheapest);
      REQUIRE(bytes_of(c, capacities) >= cheapest);
      if (choices.exact()) REQUIRE(bytes_of(c, capacities) == cheapest);
      unfinished += choices.exact() ? 0 : 1;
      dearer += bytes_of(c, capacities) > cheapest ? 1 : 0;
    }
  }
  CHECK(unfinished > 100);
  CHECK(dearer > 10);
}

// The choice of one option a block, against trying all.
#include "sim/studies/tune/option_enumeration.hpp"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

OptionTable drawn_table() {
  OptionTable table(static_cast<std::size_t>(*rc::gen::inRange(1, 6)));
  for (auto& block : table) {
    block.push_back({0, 0, false});
    for (int o = *rc::gen::inRange(0, 4); o > 0; --o)
      block.push_back(
          {*rc::gen::inRange<Bytes>(-40, 10), *rc::gen::inRange<std::int64_t>(0, 9), *rc::gen::arbitrary<bool>()});
  }
  return table;
}

OptionLimits drawn_limits() {
  OptionLimits limits;
  if (*rc::gen::arbitrary<bool>()) limits.most_bytes = *rc::gen::inRange<Bytes>(-100, 10);
  if (*rc::gen::arbitrary<bool>()) limits.most_loss = *rc::gen::inRange<std::int64_t>(0, 20);
  return limits;
}

bool within(const OptionChoice& choice, const OptionLimits& limits) {
  return choice.bytes <= limits.most_bytes.value_or(choice.bytes) &&
         choice.loss <= limits.most_loss.value_or(choice.loss);
}

std::vector<OptionChoice> all_choices(const OptionTable& table) {
  std::vector<OptionChoice> all{{}};
  for (const auto& block : table) {
    std::vector<OptionChoice> longer;
    for (const OptionChoice& start : all) {
      for (std::size_t o = 0; o < block.size(); ++o) {
        OptionChoice next = start;
        next.options.push_back(static_cast<int>(o));
        next.bytes += block[o].bytes;
        next.loss += block[o].loss;
        next.count += block[o].counts ? 1 : 0;
        longer.push_back(next);
      }
    }
    all = longer;
  }
  return all;
}

template <typename Key>
void check_against_all(const OptionTable& table, const OptionLimits& limits, const std::optional<OptionChoice>& found,
                       Key key) {
  std::optional<OptionChoice> best;
  for (const OptionChoice& choice : all_choices(table)) {
    if (within(choice, limits) && (!best || key(choice) < key(*best))) best = choice;
  }
  RC_ASSERT(best.has_value() == found.has_value());
  if (best) RC_ASSERT(key(*best) == key(*found));
}

}  // namespace

TEST_CASE("fewest bytes: nothing better exists") {
  rc::prop("tables of up to five blocks", [] {
    const OptionTable table = drawn_table();
    const OptionLimits limits = drawn_limits();
    check_against_all(table, limits, fewest_bytes(table, limits),
                      [](const OptionChoice& c) { return std::tuple(c.bytes, c.loss, c.count); });
  });
}

TEST_CASE("fewest counted: nothing better exists") {
  rc::prop("tables of up to five blocks", [] {
    const OptionTable table = drawn_table();
    const OptionLimits limits = drawn_limits();
    check_against_all(table, limits, fewest_counted(table, limits),
                      [](const OptionChoice& c) { return std::tuple(c.count, c.loss, c.bytes); });
  });
}

TEST_CASE("enumeration: exactly the choices within the limits, or none when they are many") {
  rc::prop("tables of up to five blocks", [] {
    const OptionTable table = drawn_table();
    const OptionLimits limits = drawn_limits();
    const int most = *rc::gen::inRange(-1, 6);
    std::vector<std::vector<int>> expected;
    for (const OptionChoice& choice : all_choices(table)) {
      if (within(choice, limits) && choice.count <= most) expected.push_back(choice.options);
    }
    const auto found = choices_within(table, limits, most, 1 << 20);
    RC_ASSERT(found.has_value());
    RC_ASSERT(*found == expected);
    if (expected.size() > 1) RC_ASSERT(!choices_within(table, limits, most, expected.size() - 1));
  });
}

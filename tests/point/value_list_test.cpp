// Lists of values with ranges in them.
#include "sim/point/value_list.hpp"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include "tests/support/catch.hpp"
#include "tests/support/refusal.hpp"

using namespace rowflow;
using rowflow::test::refusal;

namespace {

using Values = std::vector<std::string>;

Values heights(const std::string& list) { return list_values(row_of(Knob::tile_height), list, "--tile-height"); }

std::string refused(const std::string& list) {
  return refusal([&] { heights(list); });
}

}  // namespace

TEST_CASE("a list is its items, ranges with all their values") {
  CHECK(heights("7") == Values{"7"});
  CHECK(heights("full,07") == Values{"full", "7"});
  CHECK(heights("1..4") == Values{"1", "2", "3", "4"});
  CHECK(heights("1..28:7") == Values{"1", "8", "15", "22"});
  CHECK(heights("7..28:7") == Values{"7", "14", "21", "28"});
  CHECK(heights("28..7:7") == Values{"28", "21", "14", "7"});
  CHECK(heights("5..5") == Values{"5"});
  CHECK(heights("full,3..1,9") == Values{"full", "3", "2", "1", "9"});
  CHECK(list_values(row_of(Knob::device_set), "-1..1", "x") == Values{"-1", "0", "1"});
  CHECK(list_values(row_of(Knob::fps), "10..30:10,29.97", "x") == Values{"10", "20", "30", "29.97"});
  CHECK(list_values(row_of(Knob::buffers), "../b.json,minimal", "x") == Values{"../b.json", "minimal"});
}

TEST_CASE("what is no range is refused with its words") {
  for (const char* wrong : {"1..", "..4", "1...4", "1..4:", "1..4:0", "1..4:-1", "1..x", "a..b", "1 ..4", "1..4..6",
                            "0.5..2", "99999999999999999..1", "full..1"})
    CHECK(refused(wrong).find("--tile-height: found \"" + std::string(wrong) + "\"") == 0);
  CHECK(refused("0..4") == "--tile-height: found \"0\", expected a number of rows of at least 1, or \"full\"");
  CHECK(refused("1..100001") == "--tile-height: the range 1..100001 has more than 100000 values");
  CHECK(heights("1..100000").size() == 100000);
  CHECK(refused("1..9999999999999999:1").find("more than 100000 values") != std::string::npos);
}

TEST_CASE("any range is what counting gives") {
  rc::prop("counting", [] {
    const int first = *rc::gen::inRange(1, 300), last = *rc::gen::inRange(1, 300), step = *rc::gen::inRange(1, 40);
    Values expected;
    for (int at = first; first <= last ? at <= last : at >= last; at += first <= last ? step : -step)
      expected.push_back(std::to_string(at));
    RC_ASSERT(heights(std::to_string(first) + ".." + std::to_string(last) + ":" + std::to_string(step)) == expected);
  });
}

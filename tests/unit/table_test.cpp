#include "sim/report/table.hpp"

#include "sim/base/error.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

TEST_CASE("width counts code points, not bytes") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("Δ −5") == 4);
}

TEST_CASE("shortening keeps whole code points and marks the cut") {
  CHECK(shorten("abcdef", 6) == "abcdef");
  CHECK(shorten("abcdef", 4) == "abc…");
  CHECK(shorten("ΔΔΔΔ", 3) == "ΔΔ…");
  CHECK(shorten("abc", 0).empty());
}

TEST_CASE("columns align whatever bytes their cells take, without trailing spaces") {
  Table table({{"T", Align::left}, {"Δ"}});
  table.add({"full", "−5"});
  table.add({"7", ""});
  CHECK(table.text() == "  T      Δ\n  full  −5\n  7\n");
}

TEST_CASE("titles of several lines stand at the bottom of the header") {
  Table table({{"latency\nms"}, {"T"}});
  table.add({"1", "7"});
  CHECK(table.text() == "  latency\n       ms  T\n        1  7\n");
}

TEST_CASE("a cell too many is a defect, missing cells are empty") {
  Table table({{"a"}});
  CHECK_THROWS_AS(table.add({"1", "2"}), Defect);
  table.add({});
  CHECK(table.text() == "  a\n\n");
}

TEST_CASE("the last column gives way when a table is too wide") {
  Table table({{"a", Align::left}, {"b", Align::left}});
  table.add({std::string(60, 'x'), std::string(60, 'y')});
  CHECK(table.text() ==
        "  a" + std::string(61, ' ') + "b\n  " + std::string(60, 'x') + "  " + std::string(35, 'y') + "…\n");
}

TEST_CASE("wrapping breaks at spaces, keeps the first indent, and never splits a word") {
  CHECK(wrap("aa bb cc", 0, 5) == "aa bb\ncc\n");
  CHECK(wrap("  aa bb", 4, 5) == "  aa\n    bb\n");
  CHECK(wrap("longword", 0, 3) == "longword\n");
}

TEST_CASE("escape codes only with colour") {
  CHECK(TextStyle{false}.bold("x") == "x");
  CHECK(TextStyle{true}.bold("x") == "\033[1mx\033[0m");
}

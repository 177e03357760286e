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

TEST_CASE("names that differ stay different when they are shortened") {
  using Texts = std::vector<std::string>;
  CHECK(shorten_apart({"abcdef", "xyz"}, 4) == Texts{"abc…", "xyz"});
  CHECK(shorten_apart({"s2.b0.se", "s2.b1.se", "s2.b0.se"}, 6) == Texts{"s2.b0…", "s2.b1…", "s2.b0…"});
  CHECK(shorten_apart({"context 2: s2.b0", "context 2: s2.b1"}, 6) == Texts{"cont…0", "cont…1"});
  CHECK(shorten_apart({"aXbYc", "aZbYc", "aXbWc"}, 4) == Texts{"aXbYc", "aZbYc", "aXbWc"});  // nowhere shorter
  CHECK(shorten_apart({"same name", "same name"}, 4) == Texts{"sam…", "sam…"});
}

TEST_CASE("a table wider than the terminal goes on below, groups together, with its first column again") {
  const auto table = []() {
    Table made({{"T"}, {"why", Align::left, 99}, {"a", Align::right, 99, 1}, {"b", Align::right, 99, 1}});
    made.add({"full", std::string(30, 'x') + "1", std::string(25, '1'), std::string(25, '2')});
    made.add({"7", std::string(30, 'x') + "2", "3", "4"});
    return made;
  };
  set_text_width(60);
  CHECK(table().text() == "     T  why\n  full  " + std::string(30, 'x') + "1\n     7  " + std::string(30, 'x') +
                              "2\n\n     T  " + std::string(24, ' ') + "a  " + std::string(24, ' ') + "b\n  full  " +
                              std::string(25, '1') + "  " + std::string(25, '2') + "\n     7  " + std::string(24, ' ') +
                              "3  " + std::string(24, ' ') + "4\n");
  set_text_width(80);
  const std::string shortened = table().text();
  CHECK(shortened.find("\n\n") == std::string::npos);
  CHECK(shortened.find("x…1  111") != std::string::npos);
  set_text_width(100);
  const std::string wide = table().text();
  set_text_width(usual_width);
  CHECK(wide.find("\n\n") == std::string::npos);
  CHECK(wide.find("xxx1  111") != std::string::npos);
}

TEST_CASE("the terminal's width is kept between 60 and 200") {
  for (const auto& [asked, kept] : {std::pair{10, 60}, std::pair{120, 120}, std::pair{1000, 200}}) {
    set_text_width(static_cast<std::size_t>(asked));
    CHECK(text_width() == static_cast<std::size_t>(kept));
  }
  set_text_width(usual_width);
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

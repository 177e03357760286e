// What regression configs expect of a result: addressing, the kinds of expectation, rewriting.
#include "sim/config/expectation.hpp"

#include "sim/base/error.hpp"
#include "sim/config/regression.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;
using Json = nlohmann::ordered_json;

namespace {

const Json document = Json::parse(R"({
  "status": "ok", "fps": 1000.0, "count": 42, "none": null, "list": [1, 2, 3],
  "stages": [{"name": "conv", "layer": "conv", "busy": 10}, {"name": "se.scale", "layer": "se", "busy": 20}],
  "blocks": [{"layer": "se", "rows": 7}], "a/b": {"~": 5}, "k1": 6, "~x": 7, "y~": 8})");

std::vector<FieldDifference> check(const std::string& pointer, const Json& expected) {
  const nlohmann::json plain = expected;
  return check_expectations(document, {read_expectation(pointer, Reader("file.json", plain, "/expect"), expected)});
}

const Json* find(const std::string& pointer) {
  std::string why;
  return find_field(document, pointer, why);
}

}  // namespace

TEST_CASE("fields are found by key, index and name") {
  CHECK(*find("/status") == "ok");
  CHECK(*find("/list/1") == 2);
  CHECK(*find("/stages/1/busy") == 20);
  CHECK(*find("/stages/se.scale/busy") == 20);
  CHECK(*find("/stages/se/busy") == 20);  // by layer, after no name fitted
  CHECK(*find("/blocks/se/rows") == 7);
  CHECK(*find("/a~1b/~0") == 5);
  CHECK(*find("/k1") == 6);
  CHECK(*find("/~x") == 7);  // no escape
  CHECK(*find("/y~") == 8);
  CHECK(find("/list/3") == nullptr);
  CHECK(find("/status/deeper") == nullptr);
  std::string why;
  CHECK(find_field(document, "/stages/conw/busy", why) == nullptr);
  CHECK(why == "nothing: /stages has no \"conw\"; did you mean \"conv\"?");
}

TEST_CASE("an exact value") {
  CHECK(check("/count", 42).empty());
  CHECK(check("/fps", 1000).empty());  // 1000.0 is 1000
  CHECK(check("/none", nullptr).empty());
  CHECK(check("/list", Json::array({1, 2, 3})).empty());
  const auto differences = check("/count", 40);
  REQUIRE(differences.size() == 1);
  CHECK(differences[0].expected == "40");
  CHECK(differences[0].got == "42");
  CHECK(*differences[0].change_percent == Approx(5));
  CHECK(*differences[0].replacement == 42);
  CHECK_FALSE(check("/count", 0)[0].change_percent);
  CHECK_FALSE(check("/status", "deadlock").empty());
  CHECK_FALSE(check("/none", 0).empty());
}

TEST_CASE("a tolerance includes its ends") {
  CHECK(check("/fps", {{"value", 1010}, {"tolerance_percent", 1}}).empty());
  CHECK(check("/fps", {{"value", 990.2}, {"tolerance_percent", 1}}).empty());
  CHECK(check("/fps", {{"value", 800}, {"tolerance_percent", 25}}).empty());
  CHECK_FALSE(check("/fps", {{"value", 799}, {"tolerance_percent", 25}}).empty());
  const auto differences = check("/fps", {{"value", 1011}, {"tolerance_percent", 1}});
  REQUIRE(differences.size() == 1);
  CHECK(inline_json(*differences[0].replacement) == R"({"value": 1000.0, "tolerance_percent": 1})");
  CHECK_FALSE(check("/status", {{"value", 1}, {"tolerance_percent", 100}}).empty());
}

TEST_CASE("bounds include themselves, only the broken one moves") {
  CHECK(check("/count", {{"at_least", 42}, {"at_most", 42}}).empty());
  CHECK(inline_json(*check("/count", {{"at_least", 1}, {"at_most", 41}})[0].replacement) ==
        R"({"at_least": 1, "at_most": 42})");
  CHECK(inline_json(*check("/count", {{"at_least", 43}})[0].replacement) == R"({"at_least": 42})");
  CHECK_FALSE(check("/count", {{"at_least", 42.5}}).empty());
  CHECK_FALSE(check("/count", {{"at_most", 41.5}}).empty());
  CHECK_FALSE(check("/none", {{"at_most", 5}}).empty());
}

TEST_CASE("a field that is not there is a difference that nothing can replace") {
  const auto differences = check("/cuont", 42);
  REQUIRE(differences.size() == 1);
  CHECK_FALSE(differences[0].replacement);
  CHECK(differences[0].got == "nothing: the result has no \"cuont\"; did you mean \"count\"?");
}

TEST_CASE("rewriting keeps order and the rest") {
  const std::string text =
      R"({"network": "n", "options": {"tile_height": 7}, "expect": {"/z": 1, "/a": {"at_most": 3}, "/m": "x"}})";
  const std::string updated =
      update_expectations(text, {{"/a", "", "", {}, Json{{"at_most", 4}}, ""}, {"/m", "", "", {}, std::nullopt, ""}});
  CHECK(updated == R"({
  "network": "n",
  "options": {"tile_height": 7},
  "expect": {
    "/z": 1,
    "/a": {"at_most": 4},
    "/m": "x"
  }
}
)");
  CHECK(update_expectations(updated, {}) == updated);
}

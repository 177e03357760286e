// What became of regression cases, in words and as JUnit's XML.
#include "sim/report/regress_text.hpp"

#include <tinyxml2.h>

#include "sim/report/regress_github.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

std::vector<CaseOutcome> outcomes() {
  std::vector<CaseOutcome> all(3);
  all[0].name = "fine";
  all[0].expectations = 4;
  all[1].name = "other";
  all[1].status = CaseStatus::differs;
  all[1].expectations = 3;
  all[1].differences = {{"/fps", "10", "12", 20.0, 12, "dw"}};
  all[2].name = "gone";
  all[2].status = CaseStatus::broken;
  all[2].message = "no such file";
  return all;
}

}  // namespace

TEST_CASE("a case that ran says how many fields differ, one that did not why") {
  const auto all = outcomes();
  CHECK(case_text(all[0], false, {}).find("fine: 4 fields\n") != std::string::npos);
  CHECK(case_text(all[0], true, {}).empty());
  const std::string differs = case_text(all[1], true, {}), broken = case_text(all[2], true, {});
  CHECK(differs.find("other: 1 of 3 fields\n") != std::string::npos);
  CHECK(differs.find("/fps") != std::string::npos);
  CHECK(broken.find("gone: no such file\n") != std::string::npos);
  CHECK(broken.find("fields") == std::string::npos);
  CHECK(summary_line(all) == "3 cases: 1 as expected, 1 differs, 1 broken config\n");
}

TEST_CASE("a case that differs for a default that moved says which, and what to do") {
  auto all = outcomes();
  CHECK(case_text(all[1], false, {}).find("until version") == std::string::npos);
  all[1].defaults = {{"fit", "assume", "contexts"}, {"buffers", "full-rate", "best"}};
  const std::string moved =
      "with fit assume and buffers full-rate, the defaults until version 0.1 (now contexts and "
      "best), all is as expected";
  CHECK(defaults_text(all[1]) == moved);
  const auto one_line = [](std::string text) {
    for (std::size_t end = text.find("\n"); end != std::string::npos; end = text.find("\n"))
      text.replace(end, 1 + std::min(text.find_first_not_of(' ', end + 1), text.size()) - end - 1, " ");
    return text;
  };
  CHECK(one_line(case_text(all[1], false, {})).find(moved + ": \"defaults\": \"0.1\"") != std::string::npos);
  CHECK(junit_xml(all).find("until version 0.1") != std::string::npos);
  CHECK(github_commands(all).find("::notice file=,title=rowflow regress other::" + moved) != std::string::npos);
  all[1].status = CaseStatus::updated;
  CHECK(case_text(all[1], false, {}).find("--only-defaults") == std::string::npos);
}

TEST_CASE("JUnit: one element a case, none within another, failures and errors apart") {
  const std::string text = junit_xml(outcomes());
  tinyxml2::XMLDocument document;
  REQUIRE(document.Parse(text.c_str()) == tinyxml2::XML_SUCCESS);
  const tinyxml2::XMLElement* suite = document.RootElement();
  CHECK(std::string(suite->Name()) == "testsuite");
  CHECK(suite->IntAttribute("tests") == 3);
  CHECK(suite->IntAttribute("failures") == 1);
  CHECK(suite->IntAttribute("errors") == 1);
  std::vector<std::string> names, insides;
  for (const auto* e = suite->FirstChildElement(); e != nullptr; e = e->NextSiblingElement()) {
    CHECK(std::string(e->Name()) == "testcase");
    names.emplace_back(e->Attribute("name"));
    insides.emplace_back(e->FirstChildElement() == nullptr ? "" : e->FirstChildElement()->Name());
  }
  CHECK(names == std::vector<std::string>{"fine", "other", "gone"});
  CHECK(insides == std::vector<std::string>{"", "failure", "error"});
}

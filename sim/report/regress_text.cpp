#include "sim/report/regress_text.hpp"

#include <fmt/format.h>
#include <tinyxml2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/visible_text.hpp"
#include "sim/report/json_lines.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

std::string word(CaseStatus status) {
  switch (status) {
    case CaseStatus::differs:
      return "differs";
    case CaseStatus::updated:
      return "updated";
    case CaseStatus::broken:
      return "broken";
    case CaseStatus::defect:
      return "defect";
    case CaseStatus::ok:
      break;
  }
  return "ok";
}

std::string change_text(const FieldDifference& difference) {
  return difference.change_percent ? fmt::format("{:+.2f} %", *difference.change_percent) : "";
}

std::size_t count(const std::vector<CaseOutcome>& outcomes, CaseStatus status) {
  return static_cast<std::size_t>(
      std::count_if(outcomes.begin(), outcomes.end(), [&](const auto& o) { return o.status == status; }));
}

/// What the result does not have is a sentence and stands below the table.
std::string difference_table(const CaseOutcome& outcome, const TextStyle& style) {
  Table table({{"field", Align::left, 44},
               {"expected", Align::right, 22},
               {"got", Align::right, 22},
               {"change"},
               {"behind it", Align::left, 32}});
  std::string missing;
  for (const FieldDifference& d : outcome.differences) {
    if (d.replacement) table.add({d.pointer, d.expected, d.got, change_text(d), d.behind});
    if (!d.replacement) missing += wrap(fmt::format("  {}: {}", d.pointer, d.got), 4);
  }
  return (table.empty() ? "" : table.text(style)) + missing;
}

/// XML 1.0 has no place for control characters and the like, and the library does not look.
std::string printable(const std::string& text) { return visible_text(text, Lines::keep); }

void put_failure(tinyxml2::XMLPrinter& xml, const CaseOutcome& outcome) {
  if (outcome.status == CaseStatus::ok || outcome.status == CaseStatus::updated) return;
  const bool differs = outcome.status == CaseStatus::differs;
  xml.OpenElement(differs ? "failure" : "error");
  const auto brief = differs ? fmt::format("{} of {} fields differ", outcome.differences.size(), outcome.expectations)
                             : printable(outcome.message);
  xml.PushAttribute("message", brief.c_str());
  xml.PushAttribute("type", word(outcome.status).c_str());
  std::string lines;
  for (const FieldDifference& d : outcome.differences)
    lines += fmt::format("{}: expected {}, got {}{}{}{}\n", d.pointer, d.expected, d.got, d.change_percent ? " " : "",
                         change_text(d), behind_text(d));
  if (!outcome.defaults.empty()) lines += defaults_text(outcome) + "\n";
  if (differs) xml.PushText(printable(lines).c_str());
  xml.CloseElement();
}

}  // namespace

std::string behind_text(const FieldDifference& difference) {
  return difference.behind.empty() ? "" : fmt::format("; behind it: {}", difference.behind);
}

std::string defaults_text(const CaseOutcome& outcome) {
  if (outcome.defaults.empty()) return "";
  std::string before, now;
  for (const MovedDefault& moved : outcome.defaults) {
    const char* joint = before.empty() ? "" : " and ";
    before += fmt::format("{}{} {}", joint, moved.option, moved.before);
    now += joint + moved.now;
  }
  return fmt::format("with {}, the default{} until version 0.1 (now {}), all is as expected", before,
                     outcome.defaults.size() == 1 ? "" : "s", now);
}

std::string case_text(const CaseOutcome& outcome, bool quiet, const TextStyle& style) {
  const bool fine = outcome.status == CaseStatus::ok;
  if (fine && quiet) return "";
  std::string line = fmt::format("{:<8} {}", word(outcome.status), visible_text(outcome.name));
  if (fine) return line + fmt::format(": {} fields\n", outcome.expectations);
  if (!outcome.message.empty()) return style.warn(line) + ": " + outcome.message + "\n";
  line = style.warn(line) + fmt::format(": {} of {} fields\n", outcome.differences.size(), outcome.expectations);
  line += difference_table(outcome, style);
  if (outcome.defaults.empty()) return line;
  const std::string ways = outcome.status == CaseStatus::updated
                               ? ""
                               : ": \"defaults\": \"0.1\" among the case's options keeps that, "
                                 "--update --only-defaults expects what comes out now";
  return line + wrap("  " + defaults_text(outcome) + ways, 4);
}

std::string summary_line(const std::vector<CaseOutcome>& outcomes) {
  std::string text = fmt::format("{} case{}: {} as expected", outcomes.size(), outcomes.size() == 1 ? "" : "s",
                                 count(outcomes, CaseStatus::ok));
  const auto add = [&](CaseStatus status, const char* one, const char* several) {
    const std::size_t cases = count(outcomes, status);
    if (cases > 0) text += fmt::format(", {} {}", cases, cases == 1 ? one : several);
  };
  add(CaseStatus::updated, "updated", "updated");
  add(CaseStatus::differs, "differs", "differ");
  add(CaseStatus::broken, "broken config", "broken configs");
  add(CaseStatus::defect, "defect", "defects");
  return text + "\n";
}

std::string regress_json(const std::vector<CaseOutcome>& outcomes) {
  Json cases = Json::array();
  for (const CaseOutcome& outcome : outcomes) {
    Json differences = Json::array();
    for (const FieldDifference& d : outcome.differences)
      differences.push_back({{"field", d.pointer},
                             {"expected", d.expected},
                             {"got", d.got},
                             {"change_percent", d.change_percent ? Json(*d.change_percent) : Json()},
                             {"behind", d.behind.empty() ? Json() : Json(d.behind)}});
    Json entry = {{"name", outcome.name},
                  {"file", outcome.file},
                  {"status", word(outcome.status)},
                  {"fields", outcome.expectations}};
    entry["differences"] = std::move(differences);
    for (const MovedDefault& moved : outcome.defaults)
      entry["defaults"].push_back({{"option", moved.option}, {"before", moved.before}, {"now", moved.now}});
    if (!outcome.message.empty()) entry["message"] = outcome.message;
    cases.push_back(std::move(entry));
  }
  Json json = {{"schema", "rowflow.regress/1"}, {"cases", std::move(cases)}};
  json["summary"] = {{"cases", outcomes.size()},
                     {"ok", count(outcomes, CaseStatus::ok)},
                     {"updated", count(outcomes, CaseStatus::updated)},
                     {"differ", count(outcomes, CaseStatus::differs)},
                     {"broken", count(outcomes, CaseStatus::broken)},
                     {"defects", count(outcomes, CaseStatus::defect)}};
  return json_lines(json) + "\n";
}

std::string junit_xml(const std::vector<CaseOutcome>& outcomes) {
  double seconds = 0;
  for (const CaseOutcome& outcome : outcomes) seconds += outcome.seconds;
  tinyxml2::XMLPrinter xml;
  xml.PushHeader(false, true);
  xml.OpenElement("testsuite");
  xml.PushAttribute("name", "rowflow regress");
  xml.PushAttribute("tests", static_cast<std::uint64_t>(outcomes.size()));
  xml.PushAttribute("failures", static_cast<std::uint64_t>(count(outcomes, CaseStatus::differs)));
  xml.PushAttribute(
      "errors", static_cast<std::uint64_t>(count(outcomes, CaseStatus::broken) + count(outcomes, CaseStatus::defect)));
  xml.PushAttribute("time", fmt::format("{:.3f}", seconds).c_str());
  for (const CaseOutcome& outcome : outcomes) {
    xml.OpenElement("testcase");
    xml.PushAttribute("classname", "rowflow.regress");
    xml.PushAttribute("name", printable(outcome.name).c_str());
    xml.PushAttribute("file", printable(outcome.file).c_str());
    xml.PushAttribute("time", fmt::format("{:.3f}", outcome.seconds).c_str());
    put_failure(xml, outcome);
    xml.CloseElement();
  }
  xml.CloseElement();
  return xml.CStr();
}

}  // namespace rowflow

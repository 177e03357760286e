#include "sim/report/result_diff_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "sim/base/json_text.hpp"
#include "sim/base/visible_text.hpp"
#include "sim/report/json_lines.hpp"
#include "sim/report/result_diff.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_rows = 20;  ///< of a section's table

std::string value_text(const Json& value) {
  if (value.is_null()) return "–";
  if (value.is_number_integer()) return thousands(value.get<std::int64_t>());
  if (value.is_number()) {
    const double number = value.get<double>();
    return number == std::floor(number) && std::abs(number) < 1e15 ? thousands(static_cast<std::int64_t>(number))
                                                                   : fmt::format("{:.4g}", number);
  }
  return value.is_string() ? value.get<std::string>() : json_text(value);
}

std::string names_line(const char* what, const std::vector<std::string>& names) {
  return names.empty()
             ? ""
             : wrap(fmt::format("  {}: {}", what, visible_text(fmt::format("{}", fmt::join(names, ", ")))), 4);
}

std::string section_text(const DiffSection& section, const TextStyle& style) {
  if (section.added.empty() && section.removed.empty() && section.items.empty()) return "";
  const bool summary = section.name == "summary";
  Table table({{summary ? "" : "name", Align::left, 34},
               {"field", Align::left, 36},
               {"before", Align::right, 18},
               {"after", Align::right, 18},
               {"change"}});
  std::size_t rows = 0, hidden = 0;
  for (const ItemChanges& item : section.items) {
    for (const FieldChange& f : item.fields) {
      if (!f.main || rows == most_rows) {
        ++hidden;
        continue;
      }
      ++rows;
      table.add({summary ? "" : item.name, f.field.substr(1), value_text(f.before), value_text(f.after),
                 f.change_percent ? fmt::format("{:+.2f} %", *f.change_percent) : ""});
    }
  }
  std::string text = "\n" + style.bold(section.name) + "\n";
  text += names_line("only in the first", section.removed) + names_line("only in the second", section.added);
  if (!table.empty()) text += table.text(style);
  if (hidden > 0) text += fmt::format("  {} more changed fields: --format json\n", hidden);
  return text;
}

Json section_json(const DiffSection& section) {
  Json changed = Json::array();
  for (const ItemChanges& item : section.items) {
    for (const FieldChange& f : item.fields)
      changed.push_back({{"name", item.name},
                         {"field", f.field},
                         {"before", f.before},
                         {"after", f.after},
                         {"change_percent", f.change_percent ? Json(*f.change_percent) : Json()}});
  }
  return {{"added", section.added}, {"removed", section.removed}, {"changed", std::move(changed)}};
}

}  // namespace

std::string diff_text(const std::vector<ResultDiff>& diffs, const TextStyle& style) {
  std::string text;
  for (const ResultDiff& diff : diffs) {
    if (diffs.size() > 1) text += (text.empty() ? "" : "\n") + style.bold(diff.label) + "\n";
    if (diff.empty()) text += wrap("no difference" + (diff.note.empty() ? "" : ": " + diff.note));
    std::string sections;
    for (const DiffSection& section : diff.sections) sections += section_text(section, style);
    text += diffs.size() > 1 || sections.empty() ? sections : sections.substr(1);
  }
  return text;
}

std::string diff_json(const std::vector<ResultDiff>& diffs) {
  Json results = Json::array();
  for (const ResultDiff& diff : diffs) {
    Json entry = {{"label", diff.label}, {"equal", diff.empty()}};
    if (!diff.note.empty()) entry["note"] = diff.note;
    for (const DiffSection& section : diff.sections) entry[section.name] = section_json(section);
    results.push_back(std::move(entry));
  }
  return json_lines({{"schema", "rowflow.diff/1"}, {"results", std::move(results)}}) + "\n";
}

}  // namespace rowflow

#include "sim/report/sensitivity_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace rowflow {

namespace {

constexpr double visible = 0.0005;

bool differs(const SensitivityCase& a, const SensitivityCase& b) {
  return std::abs(a.fps - b.fps) > visible * b.fps || std::abs(a.paced_ms - b.paced_ms) > visible * b.paced_ms ||
         a.recommended != b.recommended;
}

std::string change(double value, double nominal) {
  if (nominal <= 0) return "–";
  const double percent = 100 * (value - nominal) / nominal;
  return std::abs(percent) < 100 * visible ? "=" : fmt::format("{}{:.1f}%", percent < 0 ? "−" : "+", std::abs(percent));
}

std::string verdict(const Sensitivity& s) {
  if (!s.several_heights) return "";
  std::string changed;
  for (const SensitivityRow& row : s.rows)
    for (const SensitivityCase* end : {&row.low, &row.high})
      if (end->recommended != s.nominal.recommended)
        changed += fmt::format("{}{} = {} (T = {})", changed.empty() ? "" : ", ", row.parameter, end->value,
                               end->recommended.empty() ? "none" : end->recommended);
  if (changed.empty())
    return wrap(fmt::format("The recommendation, T = {}, stands at both ends of every range.", s.nominal.recommended));
  return wrap(fmt::format("The recommendation, T = {}, changes with {}.", s.nominal.recommended, changed));
}

std::vector<std::string> line_of(const Sensitivity& s, const SensitivityRow& row) {
  std::vector<std::string> line{row.parameter};
  for (const SensitivityCase* end : {&row.low, &row.high})
    line.insert(line.end(), {fmt::format("{}", end->value), change(end->fps, s.nominal.fps),
                             change(end->paced_ms, s.nominal.paced_ms), s.several_heights ? end->recommended : ""});
  return line;
}

}  // namespace

std::string sensitivity_text(const Sensitivity& s, const TextStyle& style) {
  const std::string height = s.several_heights ? "T" : "";
  Table table({{"assumed parameter", Align::left, 32},
               {"low"},
               {"fps"},
               {"latency"},
               {height},
               {"high"},
               {"fps"},
               {"latency"},
               {height}});
  std::string same;
  for (const SensitivityRow& row : s.rows) {
    if (differs(row.low, s.nominal) || differs(row.high, s.nominal))
      table.add(line_of(s, row));
    else
      same += (same.empty() ? "" : ", ") + row.parameter;
  }
  std::string text =
      "\n" + style.bold(wrap("Sensitivity: one assumed parameter at a time at the ends of its range")) + verdict(s);
  if (!table.empty()) text += table.text(style);
  return text + (same.empty() ? "" : wrap("No change with: " + same + "."));
}

}  // namespace rowflow

#include "sim/report/regress_github.hpp"

#include <fmt/format.h>

#include "sim/base/visible_text.hpp"
#include "sim/report/regress_text.hpp"

namespace rowflow {

namespace {

/// What would end a command, or of a property the property, is written as the page says.
std::string escaped(const std::string& text, bool property) {
  std::string out;
  for (const char c : visible_text(text, Lines::keep)) {
    const bool ends = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    out += ends ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

std::string command(const char* name, const CaseOutcome& outcome, const std::string& message) {
  return fmt::format("::{} file={},title={}::{}\n", name, escaped(outcome.file, true),
                     escaped("rowflow regress " + outcome.name, true), escaped(message, false));
}

}  // namespace

std::string github_commands(const std::vector<CaseOutcome>& outcomes) {
  std::string text;
  for (const CaseOutcome& outcome : outcomes) {
    const char* name = outcome.status == CaseStatus::updated ? "warning" : "error";
    for (const FieldDifference& d : outcome.differences) {
      const std::string change = d.change_percent ? fmt::format(" ({:+.2f} %)", *d.change_percent) : "";
      text += command(name, outcome,
                      fmt::format("{}: expected {}, got {}{}{}", d.pointer, d.expected, d.got, change, behind_text(d)));
    }
    if (!outcome.defaults.empty()) text += command("notice", outcome, defaults_text(outcome));
    if (!outcome.message.empty()) text += command("error", outcome, outcome.message);
  }
  std::string summary = summary_line(outcomes);
  summary.pop_back();  // its end of the line
  return text + fmt::format("::notice title=rowflow regress::{}\n", summary);
}

}  // namespace rowflow

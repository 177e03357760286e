#include <fmt/format.h>

#include "sim/cli/manual.hpp"

namespace rowflow {

namespace {

/// For roff: backslashes and hyphens that are meant, no line that begins with a control character.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return !out.empty() && (out[0] == '.' || out[0] == '\'') ? "\\&" + out : out;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }

std::string tag(const ManualOption& option) {
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + bold(name);
  if (!option.argument && !option.value.empty()) names += " \\fI" + roff(option.value) + "\\fR";
  return names;
}

std::string section(const ManualCommand& command) {
  std::string text = fmt::format(".SS \"rowflow {}\"\n{}.\n", roff(command.name), roff(command.summary));
  for (const ManualOption& option : command.options)
    if (option.names.front() != "-h") text += fmt::format(".TP\n{}\n{}\n", tag(option), roff(option.help));
  for (const Example& example : examples())
    if (example.command == command.name)
      text += fmt::format(".PP\n.nf\n{}\n.fi\n.RS\n{}\n.RE\n", bold(example.line), roff(example.what));
  return text;
}

constexpr const char* last_sections = R"(.SH EXIT STATUS
.TP
0
Success.
.TP
1
The answer is no: a deadlock, a network that does not fit, a regression that differs.
.TP
2
The input is wrong; one message says where, what was found and what was expected.
.TP
3
A defect of the program, with its evidence.
.SH ENVIRONMENT
.TP
\fBROWFLOW_CONFIGS\fR
The folder of networks, devices and other configs in place of the one that comes with the program.
.TP
\fBXDG_DATA_DIRS\fR
Where rowflow/configs is looked for when no share/rowflow is beside the program.
.TP
\fBNO_COLOR\fR
No colours on a terminal.
.SH FILES
.TP
share/rowflow/configs
Networks, devices, mappings, regressions, sweeps and schemas that come with the program.
.TP
share/doc/rowflow
README, rules of the model, fields of results.
.SH SEE ALSO
.BR bash (1)
)";

}  // namespace

std::string man_page(const Manual& manual, const std::string& version) {
  const std::size_t colon = manual.summary.find(": ");
  const std::string summary = colon == std::string::npos ? manual.summary : manual.summary.substr(colon + 2);
  std::string text = fmt::format(".TH ROWFLOW 1 \"\" \"rowflow {}\" \"User Commands\"\n", roff(version));
  text += ".SH NAME\nrowflow \\- " + roff(summary) + "\n";
  text += ".SH SYNOPSIS\n.B rowflow\n\\fICOMMAND\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n";
  text +=
      ".SH DESCRIPTION\nOn such an accelerator every layer of a network runs at once, and rows stream from layer to "
      "layer through finite buffers. rowflow says what tile heights, buffers and the chip make of throughput, "
      "latency, stalls and memory.\n";
  text += ".SH COMMANDS\n";
  for (const ManualCommand& command : manual.commands) text += section(command);
  return text + last_sections;
}

}  // namespace rowflow

#include <fmt/format.h>

#include "sim/cli/manual.hpp"

namespace rowflow {

namespace {

/// Of values: words, names of what comes with the program, else files.
std::string values_of(const ManualOption& option) {
  if (option.names.front() == "--device") return "$(_rowflow_names devices)";
  if (option.argument && option.names.front() == "network") return "$(_rowflow_names networks)";
  return fmt::format("{}", fmt::join(option.words, " "));
}

std::string case_of(const ManualCommand& command) {
  std::string flags, arguments, cases;
  for (const ManualOption& option : command.options) {
    if (option.argument) {
      arguments += values_of(option) + " ";
      continue;
    }
    for (const std::string& name : option.names) flags += name + " ";
    const std::string values = values_of(option);
    if (!option.value.empty())
      cases += fmt::format("        {}) words=\"{}\" ;;\n", fmt::join(option.names, " | "), values);
  }
  return fmt::format("    {})\n      case $previous in\n{}        *) words=\"{}\" flags=\"{}\" ;;\n      esac ;;\n",
                     command.name, cases, arguments, flags);
}

constexpr const char* begin = R"(# Completion of rowflow for bash; made by `rowflow help --format bash`.
_rowflow_names() {
  rowflow list 2>/dev/null | sed -n "/^$1\$/,/^[a-z]/s/^  //p"
}

_rowflow() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words="" flags=""
  COMPREPLY=()
)";

constexpr const char* end = R"(  esac
  [[ $current == -* ]] && words=$flags
  local IFS=$' \t\n'
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _rowflow rowflow
)";

}  // namespace

std::string bash_completion(const Manual& manual) {
  std::string names;
  for (const ManualCommand& command : manual.commands) names += command.name + " ";
  std::string text = begin;
  text += fmt::format(
      "  if ((COMP_CWORD == 1)); then\n    COMPREPLY=($(compgen -W \"{}--help --version\" -- \"$current\"))\n"
      "    return\n  fi\n  case ${{COMP_WORDS[1]}} in\n",
      names);
  for (const ManualCommand& command : manual.commands) text += case_of(command);
  return text + end;
}

}  // namespace rowflow

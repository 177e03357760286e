#include "sim/cli/manual.hpp"

#include <CLI/CLI.hpp>

namespace rowflow {

namespace {

/// What stands for an option's value.
std::string value_name(const std::string& help) {
  const auto says = [&help](const char* what) { return help.find(what) != std::string::npos; };
  if (says("this file") || says("file to write") || help.rfind("file", 0) == 0) return "FILE";
  return help.rfind("folder", 0) == 0 ? "DIR" : "VALUE";
}

ManualOption manual_option(const CLI::Option& option) {
  ManualOption manual;
  for (const std::string& name : option.get_snames()) manual.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) manual.names.push_back("--" + name);
  manual.argument = option.get_positional();
  if (manual.argument) manual.names = {option.get_name()};
  const std::string type = option.get_type_name();
  const std::string kind = type.substr(0, type.find_first_of(": "));
  manual.help = option.get_description();
  manual.value = option.get_items_expected_max() == 0 ? ""
                 : kind == "INT"                      ? "N"
                 : kind == "FLOAT"                    ? "X"
                                                      : value_name(manual.help);
  manual.group = manual.argument ? "Arguments" : option_group(manual.names);
  manual.words = words_of(manual.help);
  manual.required = option.get_required();
  manual.repeatable = option.get_expected_max() > 1;
  return manual;
}

}  // namespace

ManualCommand manual_command(const CLI::App& app) {
  ManualCommand command{app.get_name(), app.get_description(), {}};
  for (const CLI::Option* option : app.get_options()) command.options.push_back(manual_option(*option));
  return command;
}

Manual manual_of(const CLI::App& app) {
  Manual manual{app.get_description(), {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    manual.commands.push_back(manual_command(*command));
  return manual;
}

}  // namespace rowflow

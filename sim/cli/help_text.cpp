#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/cli/manual.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

namespace {

constexpr std::size_t indent = 26;  // of what stands beside names

std::string entry(const std::string& name, const std::string& what) {
  if (name.size() + 3 < indent) return wrap(fmt::format("  {:<{}}{}", name, indent - 2, what), indent, usual_width);
  return "  " + name + "\n" + wrap(std::string(indent, ' ') + what, indent, usual_width);
}

std::string name_of(const ManualOption& option) {
  std::string name = fmt::format("{}", fmt::join(option.names, ", "));
  if (option.argument) return option.repeatable ? name + "..." : name;
  if (!option.value.empty()) name += " " + option.value;
  return name;
}

std::string usage(const ManualCommand& command) {
  std::string line = "usage: rowflow " + command.name;
  for (const ManualOption& option : command.options) {
    if (option.argument) continue;
    if (option.required) line += fmt::format(" {} {}", option.names.back(), option.value);
  }
  line += " [options]";
  for (const ManualOption& option : command.options)
    if (option.argument) line += fmt::format(option.required ? " {}" : " [{}]", name_of(option));
  return line + "\n";
}

std::vector<std::string> groups_of(const ManualCommand& command) {
  std::vector<std::string> groups;
  for (const char* group :
       {"Arguments", "Options", "Network and tiles", "Device and mapping", "Buffers", "Simulation", "Output"}) {
    const auto in_it = [&](const ManualOption& option) { return option.group == group; };
    if (std::any_of(command.options.begin(), command.options.end(), in_it)) groups.emplace_back(group);
  }
  return groups;
}

}  // namespace

std::string help_text(const Manual& manual) {
  std::string text = manual.summary + "\n\nusage: rowflow COMMAND ...\n\nCommands\n";
  for (const ManualCommand& command : manual.commands) text += entry(command.name, command.summary);
  text += "\nOptions\n" + entry("-h, --help", "this text; after a command, that command's");
  text += entry("--version", "the version, and the commit that it was built of");
  return text + "\n`rowflow help COMMAND` has a command's options and examples.\n";
}

std::string help_text(const ManualCommand& command) {
  std::string text = fmt::format("rowflow {}: {}\n\n{}", command.name, command.summary, usage(command));
  for (const std::string& group : groups_of(command)) {
    text += "\n" + group + "\n";
    for (const ManualOption& option : command.options)
      if (option.group == group) text += entry(name_of(option), option.help + (option.required ? " (required)" : ""));
  }
  text += "\nExamples\n";
  for (const Example& example : examples())
    if (example.command == command.name) text += fmt::format("  {}\n      {}\n", example.line, example.what);
  return text;
}

}  // namespace rowflow

// What the command line offers, as values: help, the man page and bash's completion are made of it.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace rowflow {

struct ManualOption {
  std::vector<std::string> names;  ///< "-o", "--out"; of an argument its name alone
  std::string value;               ///< what stands for its value in help, like N; empty: it takes none
  std::string help;
  std::string group;               ///< heading under which it stands
  std::vector<std::string> words;  ///< values that are words; completion offers them
  bool argument = false;           ///< goes by its place
  bool required = false;
  bool repeatable = false;
};

struct ManualCommand {
  std::string name, summary;
  std::vector<ManualOption> options;
};

struct Manual {
  std::string summary;
  std::vector<ManualCommand> commands;
};

struct Example {
  const char* command;
  const char* line;  ///< what to type
  const char* what;  ///< it does
};

/// Of a command, and of the program with all of its commands, as the parser has them.
ManualCommand manual_command(const CLI::App& app);
Manual manual_of(const CLI::App& app);

/// At least one of each command.
const std::vector<Example>& examples();

/// The heading that an option with one of these names stands under, whatever the command.
std::string option_group(const std::vector<std::string>& names);

/// The words of a help text that lists values: "text | json: as data | FILE" are text and json.
std::vector<std::string> words_of(const std::string& help);

/// Of the program.
std::string help_text(const Manual& manual);
/// Of one command; lines of at most 100 columns.
std::string help_text(const ManualCommand& command);
/// As man(7) macros, section 1.
std::string man_page(const Manual& manual, const std::string& version);
/// For bash's `complete`; names of networks and devices are asked of the program when they are wanted.
std::string bash_completion(const Manual& manual);

}  // namespace rowflow

// A command's help: every option once, under its own heading.
#include "sim/cli/manual.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace rowflow;

TEST_CASE("help: options under their own headings, headings only where there are options, examples at the end") {
  ManualCommand command{"run", "runs", {}};
  const auto add = [&](const char* name, const char* group) {
    ManualOption option;
    option.names = {name};
    option.help = "what it does";
    option.group = group;
    command.options.push_back(option);
  };
  add("--of-device", "Device and mapping");
  add("--of-tiles", "Network and tiles");
  add("--of-output", "Output");
  const std::string text = help_text(command);
  std::vector<std::size_t> places;
  for (const char* part : {"\nNetwork and tiles\n", "--of-tiles", "\nDevice and mapping\n", "--of-device", "\nOutput\n",
                           "--of-output", "\nExamples\n", "rowflow run"}) {
    CAPTURE(part, text);
    const std::size_t after = places.empty() ? 0 : places.back();
    places.push_back(text.find(part, after));
    REQUIRE(places.back() != std::string::npos);
  }
  for (const char* once : {"--of-device", "--of-tiles", "--of-output", "\nExamples\n"})
    CHECK(text.find(once, text.find(once) + 1) == std::string::npos);
  for (const char* none : {"\nBuffers\n", "\nSimulation\n", "\nArguments\n"})
    CHECK(text.find(none) == std::string::npos);
}

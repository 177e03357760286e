// The simulator against hardware: runs the grid, prints the tables, fails when the row-synchronous targets are missed.
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <thread>

#include "tests/rtl/tables.hpp"
#include "tests/rtl/two_sources.hpp"

extern "C" int sc_main(int, char**) { return 0; }  // wanted by libsystemc; this program has a main of its own

int main(int argc, char** argv) {
  try {
    int groups = 72, frames = 16;
    std::string csv_file;
    for (int i = 1; i + 1 < argc; i += 2) {
      const std::string option = argv[i];
      if (option == "--groups")
        groups = std::stoi(argv[i + 1]);
      else if (option == "--frames")
        frames = std::stoi(argv[i + 1]);
      else if (option == "--csv")
        csv_file = argv[i + 1];
      else
        throw std::invalid_argument("unknown option " + option + ": --groups N, --frames N, --csv FILE");
    }
    const int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const auto all = rowflow::rtl::compare_all(rowflow::rtl::make_grid(groups), frames, jobs);
    fmt::print("{}", rowflow::rtl::tables(all));
    if (!csv_file.empty()) std::ofstream(csv_file) << rowflow::rtl::csv(all);
    auto failures = rowflow::rtl::failures(all);
    const auto of_two_sources = rowflow::rtl::two_source_failures(std::max(4, groups / 2), frames);
    failures.insert(failures.end(), of_two_sources.begin(), of_two_sources.end());
    for (const std::string& failure : failures) fmt::print(stderr, "FAILED {}\n", failure);
    return failures.empty() ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}

// Graphs as exporters wrote them, against counts made without the program (tests/data/wild/expected.txt).
#include <fmt/core.h>

#include <fstream>
#include <sstream>

#include "sim/import/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/imports.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

struct Expected {
  std::string file, end;
  std::int64_t macs = 0;
  int blocks = 0;
};

std::vector<Expected> table(const std::string& folder) {
  std::ifstream file(folder + "expected.txt");
  std::vector<Expected> rows;
  for (std::string line; std::getline(file, line);) {
    Expected row;
    if (line[0] != '#' && std::istringstream(line) >> row.file >> row.macs >> row.blocks >> row.end)
      rows.push_back(row);
  }
  return rows;
}

}  // namespace

TEST_CASE("Graphs in the wild import as their authors meant them") {
  const std::string folder = ROWFLOW_SOURCE_DIR "/tests/data/wild/";
  const std::vector<Expected> rows = table(folder);
  REQUIRE(rows.size() >= 13);
  for (const Expected& row : rows) {
    CAPTURE(row.file);
    const ImportResult result = import_onnx(folder + row.file + ".onnx", {});
    const Network network = build_network(result.network);
    int blocks = 0;
    for (const Layer& layer : network.layers) blocks += layer.config.type == LayerType::squeeze_excite ? 1 : 0;
    bool cut = false;
    for (const std::string& warning : result.warnings) cut = cut || contains(warning, "cut: ");
    fmt::print("{:20} {:4} layers {:3} SE {:12} MACs, {} outputs{}\n", row.file, network.layers.size(), blocks,
               network.macs, network.outputs.size(), cut ? ", cut" : "");
    CHECK(network.macs == row.macs);
    CHECK(blocks == row.blocks);
    CHECK(cut == (row.end == "cut"));
  }
}

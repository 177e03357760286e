// torchvision's classification and segmentation CNNs, as its own exporter writes them (scripts/export_torchvision.py), against its
// documentation: parameters from the weights' metadata (num_params), GFLOPS (multiply-accumulates) from
// https://pytorch.org/vision/0.15/models.html.
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "sim/base/error.hpp"
#include "sim/import/import.hpp"
#include "sim/network/network.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

struct Documented {
  std::string name;
  double gflops = 0;
  std::int64_t parameters = 0;
  std::string expectation;  ///< "imports", "refused", or why the number of parameters differs
};

/// Lines "name gflops parameters expectation"; # starts a comment.
std::vector<Documented> documented() {
  std::ifstream file(std::string(ROWFLOW_SOURCE_DIR) + "/tests/data/onnx/documented.txt");
  REQUIRE(file);
  std::vector<Documented> models;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    Documented model;
    REQUIRE(words >> model.name >> model.gflops >> model.parameters);
    std::getline(words >> std::ws, model.expectation);
    models.push_back(std::move(model));
  }
  return models;
}

/// Within 1 %, or within the rounding of a figure printed with two decimals.
bool agrees(double found, double expected, double rounding) { return std::abs(found - expected) <= std::max(0.01 * expected, rounding); }

}  // namespace

TEST_CASE("Every CNN of torchvision imports with its documented size, or is refused for a stated reason") {
  const auto models = documented();
  CHECK(models.size() == 70);
  for (const Documented& model : models) {
    CAPTURE(model.name);
    try {
      const ImportResult result = import_onnx(std::string(ROWFLOW_SOURCE_DIR) + "/tests/data/onnx/" + model.name + ".onnx", {});
      const Network network = build_network(result.network);
      int blocks = 0;
      for (const Layer& layer : network.layers) blocks += layer.config.type == LayerType::squeeze_excite ? 1 : 0;
      fmt::print("{:30} {:4} layers {:3} SE {:8.3f} GMAC (documented {:7.2f}) {:11} parameters (documented {:11}) {}\n", model.name,
                 network.layers.size(), blocks, static_cast<double>(network.macs) * 1e-9, model.gflops, network.parameters,
                 model.parameters, model.expectation);
      CHECK(model.expectation != "refused");
      CHECK(agrees(static_cast<double>(network.macs) * 1e-9, model.gflops, 0.006));
      const bool parameters_agree = agrees(static_cast<double>(network.parameters), static_cast<double>(model.parameters), 0);
      CHECK(parameters_agree == (model.expectation == "imports"));
    } catch (const InputError& error) {
      const std::string text = error.what();
      fmt::print("{:30} refused: {}\n", model.name, text.substr(0, 300));
      CHECK(model.expectation == "refused");
      CHECK(text.find("node \"") != std::string::npos);
    }
  }
}

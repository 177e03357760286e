// torchvision's classification and segmentation CNNs, as its own exporter writes them, against its documentation.
#include <fmt/format.h>

#include <cmath>

#include "sim/base/error.hpp"
#include "sim/import/import.hpp"
#include "sim/network/network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/torchvision.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// To the last of the three printed decimals.
bool macs_agree(double found, double expected) { return std::abs(found - expected) < 0.00051; }
/// The exporter folds most batch norms, so that one value a channel is left of two: up to 0.49 %.
bool parameters_agree(double found, double expected) { return std::abs(found - expected) < 0.005 * expected; }

}  // namespace

TEST_CASE("Every CNN of torchvision imports with its documented size, or is refused for a stated reason") {
  const auto models = documented_torchvision();
  CHECK(models.size() == 74);
  for (const Documented& model : models) {
    CAPTURE(model.name);
    try {
      const Network network = build_network(import_onnx(torchvision_graph(model.name), {}).network);
      int blocks = 0;
      for (const Layer& layer : network.layers) blocks += layer.config.type == LayerType::squeeze_excite ? 1 : 0;
      const double gmacs = static_cast<double>(network.macs) * 1e-9;
      fmt::print("{:28} {:4} layers {:3} SE {:8.3f} GMAC (documented {:7.3f}) {:10} parameters (documented {:10}) {}\n",
                 model.name, network.layers.size(), blocks, gmacs, model.gflops, network.parameters, model.parameters,
                 model.expectation);
      CHECK(std::abs(gmacs - model.gflops) < std::max(0.01 * model.gflops, 0.00051));
      const bool agree = macs_agree(gmacs, model.gflops) && parameters_agree(static_cast<double>(network.parameters),
                                                                             static_cast<double>(model.parameters));
      CHECK(agree == (model.expectation == "imports"));
      CHECK(model.expectation.rfind("imports", 0) == 0);
    } catch (const InputError& error) {
      const std::string text = error.what();
      fmt::print("{:28} refused: {}\n", model.name, text.substr(0, 300));
      CHECK(model.expectation == "refused");
      CHECK(text.find("node \"") != std::string::npos);
    }
  }
}

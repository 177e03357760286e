// What torchvision documents about its CNNs, whose graphs are in tests/data/onnx (scripts/export_torchvision.py).
#pragma once

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace rowflow::test {

struct Documented {
  std::string name;
  double gflops = 0;  ///< multiply-accumulates × 10⁻⁹
  std::int64_t parameters = 0;
  std::string expectation;  ///< "imports", "refused", or "imports; …": why MACs or parameters differ
};

inline std::string torchvision_graph(const std::string& name) {
  return ROWFLOW_SOURCE_DIR "/tests/data/onnx/" + name + ".onnx";
}

inline std::vector<Documented> documented_torchvision() {
  std::ifstream file(ROWFLOW_SOURCE_DIR "/tests/data/onnx/documented.txt");
  std::vector<Documented> models;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    Documented model;
    if (!(words >> model.name >> model.gflops >> model.parameters)) throw std::runtime_error("documented.txt: " + line);
    std::getline(words >> std::ws, model.expectation);
    models.push_back(std::move(model));
  }
  return models;
}

}  // namespace rowflow::test

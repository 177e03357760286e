// Reads each file as its name in the test data says (network_*, device_*, …), prints "good" or the refusal, one a line.
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/buffers_file.hpp"
#include "sim/config/calibration_file.hpp"
#include "sim/config/device.hpp"
#include "sim/config/heights_file.hpp"
#include "sim/config/mapping_file.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/penalties_file.hpp"
#include "sim/config/preprocess_file.hpp"
#include "sim/network/network.hpp"
#include "sim/point/regression_config.hpp"
#include "sim/studies/sweep/sweep.hpp"

int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string path = arguments[i], name = std::filesystem::path(path).filename().string();
    try {
      if (name.rfind("device", 0) == 0) {
        rowflow::read_device(path);
      } else if (name.rfind("buffers", 0) == 0) {
        rowflow::read_buffers_file(path);
      } else if (name.rfind("heights", 0) == 0) {
        rowflow::heights_from(rowflow::parse_json_file(path), path);
      } else if (name.rfind("preprocess", 0) == 0) {
        rowflow::read_preprocess_file(path);
      } else if (name.rfind("penalties", 0) == 0) {
        rowflow::read_penalties_file(path);
      } else if (name.rfind("regression", 0) == 0) {
        rowflow::read_regression(path);
      } else if (name.rfind("suite", 0) == 0) {
        rowflow::read_suite(path);
      } else if (name.rfind("mapping", 0) == 0) {
        rowflow::read_mapping_file(path);
      } else if (name.rfind("calibration", 0) == 0) {
        rowflow::read_calibration_file(path);
      } else if (name.rfind("sweep", 0) == 0) {
        rowflow::read_sweep(path);
      } else {
        rowflow::build_network(rowflow::read_network_config(path));
      }
      std::cout << "good\n";
    } catch (const rowflow::InputError& error) {
      std::cout << error.what() << "\n";
    }
  }
}

// A short run of the fuzz target: real graphs with bytes changed, as many as the time allows. The seed is fixed, so a
// failure repeats.
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/support/catch.hpp"
#include "tests/support/fuzz_import.hpp"

namespace {

std::vector<std::string> seeds() {
  std::vector<std::string> texts;
  for (const char* name : {"mobilenet_v3_small", "shufflenet_v2_x0_5", "lraspp_mobilenet_v3_large", "squeezenet1_1"}) {
    std::ifstream file(std::string(ROWFLOW_SOURCE_DIR) + "/tests/data/onnx/" + name + ".onnx", std::ios::binary);
    REQUIRE(file);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

std::string mutated(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (std::size_t changes = 1 + below(6); changes > 0; --changes) {
    const std::size_t at = below(bytes.size());
    switch (below(4)) {
      case 0:
        bytes[at] = static_cast<char>(below(256));
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 2:
        bytes.erase(at, 1 + below(8));
        break;
      default:
        bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(64)));
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("Changed bytes import or are refused, and nothing else") {
  const auto texts = seeds();
  std::mt19937 random(20260101);
  const std::clock_t end = std::clock() + 5 * CLOCKS_PER_SEC;  // of the processor: as many inputs on a busy machine
  int imported = 0, refused = 0;
  while (std::clock() < end) {
    const std::string bytes = mutated(texts[static_cast<std::size_t>(imported + refused) % texts.size()], random);
    (rowflow::test::fuzz_import(bytes) ? imported : refused)++;
  }
  CHECK(refused > 0);
  CHECK(imported + refused > 50);
}

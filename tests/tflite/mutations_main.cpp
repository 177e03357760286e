// TFLite files with bytes changed, in memory: each imports or is refused by an InputError, whatever is thrown else is a
// defect.   tflite_mutations COUNT SEED FILE...   With a sanitizer in the compiler's flags it looks for more.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/import/import_model.hpp"
#include "sim/import/tflite_model.hpp"

namespace {

using namespace rowflow;

struct Change {
  std::size_t at;
  std::string before;
};

/// Places where tables lie are hit more often than weights: both ends of the file, and around its offsets.
std::size_t place(std::mt19937& random, std::size_t size) {
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const std::size_t near = std::min<std::size_t>(size, 1 << 14);
  switch (below(4)) {
    case 0:
      return below(near);
    case 1:
      return size - 1 - below(near);
    default:
      return below(size);
  }
}

void change(std::string& bytes, std::mt19937& random, std::vector<Change>& changes) {
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const std::size_t at = place(random, bytes.size()) & ~(below(2) == 0 ? std::size_t{0} : std::size_t{3});
  const std::size_t size = std::min<std::size_t>(bytes.size() - at, below(2) == 0 ? 1 : 4);
  changes.push_back({at, bytes.substr(at, size)});
  static const std::int32_t extremes[] = {0,   1,     -1,    2,       3,       4,         127,
                                          255, 65535, 65536, 1 << 20, 1 << 30, INT32_MAX, INT32_MIN};
  std::int32_t number = 0;
  switch (below(4)) {
    case 0:
      number = static_cast<std::int32_t>(random());
      break;
    case 1:
      number = extremes[below(std::size(extremes))];
      break;
    case 2:
      std::memcpy(&number, &bytes[at], size);
      number ^= 1 << below(8 * size);
      break;
    default:  // as another place has it
      std::memcpy(&number, &bytes[below(bytes.size() - 4)], sizeof number);
  }
  std::memcpy(&bytes[at], &number, size);
}

bool imports(const std::string& bytes, Weights weights) {
  try {
    const onnx::ModelProto model = parse_tflite(bytes, "changed.tflite", weights);
    import_model(model, "changed.tflite", {});
    return true;
  } catch (const std::exception& error) {
    if (!input_fault(error)) throw;
    return false;
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return 2;
  std::vector<std::string> files;
  for (int k = 3; k < count; ++k) {
    std::ifstream file(arguments[k], std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    if (files.back().size() < 8 || !imports(files.back(), Weights::whole)) {
      std::cerr << arguments[k] << " does not import\n";
      return 1;
    }
  }
  const int runs = std::atoi(arguments[1]);
  std::mt19937 random(static_cast<std::mt19937::result_type>(std::atoi(arguments[2])));
  int imported = 0;
  for (int run = 0; run < runs; ++run) {
    std::string& bytes = files[static_cast<std::size_t>(run) % files.size()];
    std::vector<Change> changes;
    for (auto left = 1 + random() % 6; left > 0; --left) change(bytes, random, changes);
    try {
      const bool is_cut = random() % 16 == 0;
      const std::string part = is_cut ? bytes.substr(0, random() % bytes.size()) : std::string();
      imported += imports(is_cut ? part : bytes, run % 10 == 0 ? Weights::whole : Weights::shapes) ? 1 : 0;
    } catch (const std::exception& error) {
      std::cerr << "run " << run << " of seed " << arguments[2] << ": " << error.what() << '\n';
      return 1;
    }
    for (auto entry = changes.rbegin(); entry != changes.rend(); ++entry)
      std::copy(entry->before.begin(), entry->before.end(), bytes.begin() + static_cast<std::ptrdiff_t>(entry->at));
  }
  std::cout << runs << " changed files: " << imported << " import, " << runs - imported << " are refused\n";
  return imported > 0 && imported < runs ? 0 : 1;
}

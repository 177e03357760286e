// Changes to seeds, drawn from a number: JSON by its structure and as text, other files by their bytes.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace rowflow::fuzz {

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : engine_(seed) {}

  /// A seed with some changes; `others` lend pieces.
  std::string changed(const std::string& seed, const std::vector<std::string>& others);

  /// In [0, n).
  std::size_t below(std::size_t n) { return n == 0 ? 0 : engine_() % n; }
  std::uint64_t number() { return engine_(); }

 private:
  void change_bytes(std::string& bytes, const std::vector<std::string>& others);
  bool change_json(std::string& text, const std::vector<std::string>& others);

  std::mt19937_64 engine_;
};

}  // namespace rowflow::fuzz

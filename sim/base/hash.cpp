#include "sim/base/hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace rowflow {

std::string hash_text(const std::string& text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:08x}", hash.high64, hash.low64 >> 32U);
}

}  // namespace rowflow

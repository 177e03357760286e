#include "sim/base/integer.hpp"

#include <limits>
#include <stdexcept>

namespace rowflow {

namespace {
__extension__ using Wide = __int128;
}

std::int64_t checked_multiply(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) throw std::overflow_error("a product of sizes exceeds 64 bits");
  return product;
}

std::int64_t ceil_multiply_divide(std::int64_t a, std::int64_t b, std::int64_t denominator) {
  const Wide quotient = (static_cast<Wide>(a) * b + denominator - 1) / denominator;
  if (quotient > std::numeric_limits<std::int64_t>::max())
    throw std::overflow_error("a product of sizes exceeds 64 bits");
  return static_cast<std::int64_t>(quotient);
}

}  // namespace rowflow

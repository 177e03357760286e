// Integer arithmetic that states its rounding.
#pragma once

#include <cstdint>

namespace rowflow {

/// ⌈numerator / denominator⌉ for numerator ≥ 0, denominator > 0.
constexpr std::int64_t ceil_div(std::int64_t numerator, std::int64_t denominator) {
  return numerator / denominator + (numerator % denominator != 0 ? 1 : 0);
}

/// a·b, or throws std::overflow_error when it does not fit in 64 bits. For products of user-given sizes.
std::int64_t checked_multiply(std::int64_t a, std::int64_t b);

/// ⌈a·b / denominator⌉ with a 128-bit product, for a, b ≥ 0, denominator > 0.
std::int64_t ceil_multiply_divide(std::int64_t a, std::int64_t b, std::int64_t denominator);

}  // namespace rowflow

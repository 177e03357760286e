// The vocabulary of network configs: limits, activations, names. The schema says the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/network/network_config.hpp"

namespace rowflow {

inline constexpr std::int64_t largest_extent = 65536;  ///< rows, columns, and figures of kernels
inline constexpr std::int64_t largest_channels = 1 << 20;
inline constexpr std::int64_t most_bits = 64;

/// Activations (and gates) that ride on a layer without cost (T7).
const std::vector<std::string>& activation_names();

/// [A-Za-z_][A-Za-z0-9_.-]*
bool is_legal_name(const std::string& name);
/// Names that stand for themselves: input (of a layer; an input may have it), source, sink, sink.*
bool is_reserved_name(const std::string& name);

/// For depthwise_conv until shapes are known: groups (or filters) = channels of the input.
inline constexpr std::int64_t as_input_channels = -1;

}  // namespace rowflow

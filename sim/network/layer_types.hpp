// The vocabulary of network configs: type names, the keys of each type, activations, limits. The schema says the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/network/network_config.hpp"

namespace rowflow {

inline constexpr std::int64_t largest_extent = 65536;  ///< rows, columns, and figures of kernels
inline constexpr std::int64_t largest_channels = 1 << 20;

/// One JSON "type". depthwise_conv is a conv whose groups (and filters, unless given) are its input channels.
struct TypeEntry {
  std::string name;
  LayerType type;
  std::vector<std::string> required, optional;  ///< keys beyond those that every layer has
  std::size_t least_inputs, most_inputs;
};

const std::vector<TypeEntry>& layer_types();
const TypeEntry& type_entry(const std::string& name);  ///< Throws Defect for an unknown name.
std::string to_string(LayerType type);

/// Activations (and gates) that ride on a layer without cost (T7).
const std::vector<std::string>& activation_names();

/// [A-Za-z_][A-Za-z0-9_.-]*
bool is_legal_name(const std::string& name);
/// Names that stand for themselves: input, source, sink, sink.*
bool is_reserved_name(const std::string& name);

/// For depthwise_conv until shapes are known: groups (or filters) = channels of the input.
inline constexpr std::int64_t as_input_channels = -1;

}  // namespace rowflow

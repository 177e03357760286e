#include "sim/evaluate/penalty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

/// An SE block that is not computed as the network was trained.
struct Changed {
  std::string layer, mode;
  std::int64_t height = static_gate;  ///< as the file names it
};

std::vector<Changed> changed_blocks(const Network& network) {
  std::vector<Changed> changed;
  for (const Layer& layer : network.layers) {
    const LayerConfig& config = layer.config;
    if (config.type != LayerType::squeeze_excite) continue;
    const Rows tile = config.tile_height;
    const std::string mode(to_string(config.se_mode));
    if (is_static_gate(layer))
      changed.push_back({config.name, mode, static_gate});
    else if (tile > 0 && tile < layer.input_shapes[0].height)
      changed.push_back({config.name, mode, tile});
  }
  return changed;
}

std::string mode_words(const Changed& block, const KnownPenalties& known) {
  if (known.se_mode.empty() || known.se_mode == block.mode) return "";
  return fmt::format("was measured with {} gates, expected {} ones as the block \"{}\"", known.se_mode, block.mode,
                     block.layer);
}

bool says_something_of(const Network& network, const KnownPenalties& known) {
  return std::any_of(network.layers.begin(), network.layers.end(),
                     [&](const Layer& layer) { return known.penalties.count(layer.config.name) > 0; });
}

const double* entry_of(const Changed& block, const KnownPenalties& known) {
  const auto heights = known.penalties.find(block.layer);
  if (heights == known.penalties.end()) return nullptr;
  const auto entry = heights->second.find(block.height);
  return entry == heights->second.end() ? nullptr : &entry->second;
}

std::string entry_words(const Changed& block, std::size_t missing) {
  const std::string what = block.height == static_gate
                               ? "a static gate"
                               : fmt::format("{} row{} a tile", block.height, block.height == 1 ? "" : "s");
  return fmt::format("has none of the block \"{}\" with {}{}", block.layer, what,
                     missing > 1 ? fmt::format(", nor of {} more", missing - 1) : "");
}

}  // namespace

PenaltyFound penalty_of(const Network& network, const KnownPenalties& known) {
  if (!says_something_of(network, known)) return {std::nullopt, "names no block of " + network.name};
  std::vector<double> found;
  std::vector<Changed> missing;
  for (const Changed& block : changed_blocks(network)) {
    const std::string other = mode_words(block, known);
    if (!other.empty()) return {std::nullopt, other};
    if (const double* entry = entry_of(block, known))
      found.push_back(*entry);
    else
      missing.push_back(block);
  }
  if (!missing.empty()) return {std::nullopt, entry_words(missing.front(), missing.size())};
  return {combined_penalty(known.combine, found), ""};
}

void check_modes(const Network& network, const KnownPenalties& known) {
  for (const Changed& block : changed_blocks(network)) {
    const std::string other = mode_words(block, known);
    if (!other.empty()) throw InputError(known.file, other);
  }
}

}  // namespace rowflow

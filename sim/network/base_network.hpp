// A network over another: what its file says differently.
#pragma once

#include <string>
#include <vector>

#include "sim/network/network_config.hpp"

namespace rowflow {

class Reader;

/// The file that `root`, the document of `file`, is over, once what else it says is of the right kind. `above` are
/// files that build on this one. Throws InputError.
std::string base_network(const Reader& root, const std::string& file, const std::vector<std::string>& above);

/// What the document says differently, put into the base's config. Throws InputError.
void read_over_base(const Reader& root, NetworkConfig& config);

}  // namespace rowflow

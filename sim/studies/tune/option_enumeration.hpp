// All choices of one option a block within limits, if they are few.
#pragma once

#include "sim/studies/tune/option_table.hpp"

namespace rowflow {

/// Indices by block, of every choice within `limits` and with at most `most_counted` counted options. Empty when there
/// are more than `most_found`, or more than a thousand times that were looked at in vain.
std::optional<std::vector<std::vector<int>>> choices_within(const OptionTable& table, const OptionLimits& limits,
                                                            int most_counted, std::size_t most_found);

}  // namespace rowflow

// What the comparison prints, and what it holds the simulator to.
#pragma once

#include <string>
#include <vector>

#include "tests/rtl/comparison.hpp"

namespace rowflow::rtl {

/// The tables, in Markdown.
std::string tables(const std::vector<Comparison>& all);

/// One line a configuration: parameters and figures.
std::string csv(const std::vector<Comparison>& all);

/// What does not hold; empty = all well. Wrong numbers from the hardware, an idle data path, and every target of the
/// row-synchronous comparison; row forwarding off the pixel-streaming hardware by more than 2 % in the median.
std::vector<std::string> failures(const std::vector<Comparison>& all);

}  // namespace rowflow::rtl

// Where everything went, and what to do when it does not fit.
#pragma once

#include <string>

#include "sim/plan/plan.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// The utilisation that users of such chips know: control, compute and memory of each cluster, and of the chip.
std::string utilisation_table(const Plan& plan, const TextStyle& style);

/// Cuts and bytes by memory level; what is spilled, and the bound that the link sets (T15). One or more lines.
std::string memory_lines(const Plan& plan);

/// For each resource that is short: the layers that weigh most, and the levers. Empty when everything fits.
std::string not_fitting_text(const Plan& plan, const TextStyle& style);

}  // namespace rowflow

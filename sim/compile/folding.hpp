// What a folding configuration of FINN comes to in cycles a row.
#pragma once

#include <map>
#include <string>

#include "sim/compile/user_costs.hpp"
#include "sim/config/folding_file.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

/// By layer. A matrix unit multiplies a matrix of MH outputs and MW = k·k·C inputs in (MH / PE) · (MW / SIMD) cycles a
/// pixel, one of a depthwise convolution C channels of k·k taps in (C / PE) · (k·k / SIMD) (FINN, get_exp_cycles of
/// MVAU and VVAU). Nodes are found by the layers' names; those that FINN itself named, "MVAU_rtl_3", are in the file's
/// order those of the network's layers in theirs: convolutions and fully connected ones, or depthwise ones. Nodes of
/// other kinds of FINN are left out. Throws InputError: no such layer, another number of them, PE or SIMD that do not
/// divide.
std::map<std::string, UserCost> folding_costs(const Folding& folding, const Network& network, const std::string& file);

}  // namespace rowflow

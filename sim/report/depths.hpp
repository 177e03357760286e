// A plan's buffer depths in the forms in which designers of hardware take them in.
#pragma once

#include <string>
#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// "systemverilog", "finn", "csv".
const std::vector<std::string>& depth_formats();

/// systemverilog: a package with a parameter for rows and one for bits a row of every buffer. finn: a folding JSON of
/// FINN (github.com/Xilinx/finn, node attributes inFIFODepths and outFIFODepths) by stage, depths in elements, as for
/// streams of one element a word. csv: a line a buffer. Throws Defect for another format.
std::string depths_document(const Plan& plan, const std::string& format);

}  // namespace rowflow

// Several values in one text: "full,1..28:9".
#pragma once

#include <string>
#include <vector>

#include "sim/point/knobs.hpp"

namespace rowflow {

/// The parts between commas, none of them looked at.
std::vector<std::string> split_list(const std::string& list);

/// The values that one item of a list stands for, each in its one spelling: FIRST..LAST or FIRST..LAST:STEP of a knob
/// of numbers is every STEPth number from FIRST on, up or down, never beyond LAST; anything else is itself. Throws
/// InputError(where).
std::vector<std::string> item_values(const KnobRow& row, const std::string& item, const std::string& where);

/// … and of a whole list.
std::vector<std::string> list_values(const KnobRow& row, const std::string& list, const std::string& where);

}  // namespace rowflow

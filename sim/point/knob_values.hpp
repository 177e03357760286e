// Values of knobs, in their one spelling.
#pragma once

#include <string>

#include "sim/point/knobs.hpp"

namespace rowflow {

class Reader;

/// The value in its one spelling ("07" is 7, 30.0 is 30). Throws InputError(where) when it is none.
std::string checked_value(const KnobRow& row, const std::string& value, const std::string& where);

/// The value of a JSON document, spelled as above. Throws InputError.
std::string json_value(const KnobRow& row, const Reader& reader);

}  // namespace rowflow

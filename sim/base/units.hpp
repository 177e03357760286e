// Quantities of the timing model. All are integers: no floating point before the report (models/README.md, "Units").
#pragma once

#include <cstdint>

namespace rowflow {

using Cycles = std::int64_t;    ///< core-clock cycles
using Rows = std::int64_t;      ///< rows of a tensor (all columns and channels of one line of the map)
using Elements = std::int64_t;  ///< one channel of one pixel
using Bytes = std::int64_t;
using Macs = std::int64_t;  ///< multiply-accumulate operations

}  // namespace rowflow

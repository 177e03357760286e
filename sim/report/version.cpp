#include "sim/report/version.hpp"

namespace rowflow {

const char* version() { return ROWFLOW_VERSION; }

}  // namespace rowflow

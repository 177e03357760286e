#include "sim/cli/commit.hpp"

#include "commit_of_build.hpp"  // made at every build (cmake/Commit.cmake)

namespace rowflow {

const char* commit() { return ROWFLOW_COMMIT; }

}  // namespace rowflow

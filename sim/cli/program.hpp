// The whole program behind main.
#pragma once

namespace rowflow {

/// Exit status: 0 success; 1 the answer is no; 2 the input is wrong; 3 a defect.
int program(int argc, const char* const* argv);

}  // namespace rowflow

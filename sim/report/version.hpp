// The program's version, as `rowflow --version` and every result state it.
#pragma once

namespace rowflow {

const char* version();

}  // namespace rowflow

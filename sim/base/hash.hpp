// Names for contents.
#pragma once

#include <string>

namespace rowflow {

/// 24 hexadecimal digits of a 128-bit hash (XXH3): equal for equal text on every machine.
std::string hash_text(const std::string& text);

}  // namespace rowflow

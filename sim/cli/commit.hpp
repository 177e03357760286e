// The commit that the program was built of.
#pragma once

namespace rowflow {

/// Abbreviated; "+" at its end: with changes on top. Empty when neither git nor an archive of it told.
const char* commit();

}  // namespace rowflow

// Temporary files beside the files that they become. Whoever writes one holds a lock on it, so that those of processes
// that were killed can be told from those being written, on other machines too.
#pragma once

#include <string>

namespace rowflow {

/// A name for a new file beside `target`, which no other process gives and this one never again.
std::string temporary_beside(const std::string& target);

/// Makes the file and locks it: its descriptor, or -1 with errno.
int create_temporary(const std::string& path);

/// Removes temporary files for `target` that nobody writes any more. What cannot be looked at or removed stays.
void remove_leftovers(const std::string& target);

}  // namespace rowflow

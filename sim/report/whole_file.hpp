// Files that are whole or not there: written under a temporary name beside the target, then renamed.
#pragma once

#include <fmt/os.h>

#include <functional>
#include <string>

namespace rowflow {

/// The temporary name that goes with `path`; unique to this process.
std::string temporary_name(const std::string& path);

/// Moves a finished temporary file to its place. Throws InputError when that fails, and removes it.
void put_in_place(const std::string& temporary, const std::string& path);

/// Streams to a file through `write`. Throws InputError when it cannot be written; then neither file is left behind.
void write_whole_file(const std::string& path, const std::function<void(fmt::ostream&)>& write);

}  // namespace rowflow

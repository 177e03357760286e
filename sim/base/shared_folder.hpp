// Where what comes with the program lies: its configs, the worker of penalties.
#pragma once

#include <optional>
#include <string>

namespace rowflow {

/// The folder share/rowflow/`name` beside the running program (its own folder, or one or two above it: <prefix>/bin
/// and build folders alike), else below one of XDG_DATA_DIRS (default /usr/local/share and /usr/share, as the XDG base
/// directory specification says). Real path; empty when there is none.
std::optional<std::string> shared_folder(const std::string& name);

}  // namespace rowflow

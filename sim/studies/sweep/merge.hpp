// Shards of a sweep as one folder.
#pragma once

#include <string>
#include <vector>

namespace rowflow {

/// The rows of all folders in one new folder. Throws InputError when they are no shards of one sweep, or the new folder
/// has results.
void merge_results(const std::vector<std::string>& folders, const std::string& folder);

}  // namespace rowflow

// The user's data: which files, and what they hold.
#pragma once

#include <string>
#include <vector>

namespace rowflow {

/// The images (.jpg, .jpeg, .png, .webp, .tif, .tiff, .gif, .avif) and arrays (.npy, .npz) in a folder and those below
/// it, in the order of their paths; of a file: itself. Throws InputError when there is none.
std::vector<std::string> data_files(const std::string& path);

/// Of names (below `path`) and contents.
std::string hash_of(const std::string& path, const std::vector<std::string>& files);

}  // namespace rowflow

// A device file together with the one that it builds on ("base").
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rowflow {

/// The document of a device file, with all figures of its base that it does not give itself: {"base": "hailo8", "name":
/// "mine", "clusters": 16}. The base is a shipped name, or a path from the file's folder, and may have a base of its
/// own; figures and switches are replaced whole, groups key by key. What comes out has no "base", and the description
/// of the file itself alone. A base is checked as a device of its own. Throws InputError.
nlohmann::json read_device_document(const std::string& path);

}  // namespace rowflow

// --buffers FILE: capacities by name.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace rowflow {

/// Reads {"$schema": …, "buffers": {"<buffer name>": rows, …}}: capacity in rows, at least 1. Whether the names exist
/// is known only to who has the plan. Throws InputError.
std::map<std::string, std::int64_t> read_buffers_file(const std::string& path);

}  // namespace rowflow

// --buffers FILE: capacities by name.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/base/memory_level.hpp"

namespace rowflow {

struct BuffersFile {
  std::map<std::string, std::int64_t> rows;   ///< capacities, at least 1
  std::map<std::string, MemoryLevel> levels;  ///< L4 or host, of buffers that are not in L3 whatever their depth
};

/// Reads {"$schema": …, "buffers": {"<buffer name>": rows, …}, "levels": {"<buffer name>": "L4", …}}; levels may be
/// left out. Whether the names exist is known only to who has the plan. Throws InputError.
BuffersFile read_buffers_file(const std::string& path);

}  // namespace rowflow

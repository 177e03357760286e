// What rowflow sweep and merge take beside the options that all commands share. Lists as they were typed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rowflow {

struct SweepRequest {
  std::vector<std::string> tile_heights;  ///< "T,…", "LAYER=T,…" or "*=T,…"
  std::string tile_first, buffers, buffer_kib, fps;
  std::vector<std::string> device_set;  ///< "/POINTER=V,…"
  int jobs = 0;                         ///< 0: one a core
  std::string shard;                    ///< "I/N"; empty: all
  std::string keep = "blocks";          ///< scalars | blocks | full
  std::optional<std::int64_t> max_buffer_kib;
  std::optional<double> min_fps;
};

}  // namespace rowflow

// What rowflow sweep and merge take beside the options that all commands share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rowflow {

struct SweepRequest {
  std::string shard;            ///< "I/N"; empty: all
  std::string keep = "blocks";  ///< scalars | blocks | full
  double check_percent = 1;     ///< of the points, simulated with the SystemC model too
  std::optional<std::int64_t> max_buffer_kib;
  std::optional<double> min_fps;
};

}  // namespace rowflow

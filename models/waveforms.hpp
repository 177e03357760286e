// Waveforms of a synchronous run (rule T13) through the kernel's own tracing: each stage's doing, each buffer's level.
#pragma once

#include <string>

#include "models/accelerator.hpp"

namespace rowflow {

/// Writes a VCD file while the simulation runs. Its variables, named as the modules: `<stage>.doing` (2 bits: 0 starved, 1 busy,
/// 2 blocked, 3 done) and `<buffer>.rows`. One time unit of the file (1 ps) is one core-clock cycle.
class Waveforms {
 public:
  /// Before the simulation starts. The file is `path`, which must end in ".vcd".
  Waveforms(Accelerator& accelerator, const Plan& plan, const std::string& path);
  ~Waveforms();
  Waveforms(const Waveforms&) = delete;
  Waveforms& operator=(const Waveforms&) = delete;

 private:
  std::string path_;
  sc_core::sc_trace_file* file_;
};

}  // namespace rowflow

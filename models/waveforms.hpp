// Waveforms of a synchronous run (rule T13) through the kernel's tracing: each stage's doing, each buffer's level.
#pragma once

#include "models/accelerator.hpp"
#include "models/value_changes.hpp"

namespace rowflow {

/// Writes a value change dump while the simulation runs. Its variables, named as the modules: `<stage>.doing` (2 bits:
/// 0 starved, 1 busy, 2 blocked, 3 done) and `<buffer>.rows`; a comment says so and which is which in the plan. One
/// time unit of the file (1 ps) is one core-clock cycle.
class Waveforms {
 public:
  /// Before the simulation starts; `out` must outlive it.
  Waveforms(Accelerator& accelerator, const Plan& plan, FileOutput& out);

 private:
  ValueChangeDump dump_;
};

}  // namespace rowflow

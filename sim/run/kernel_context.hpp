// A fresh SystemC kernel for each set of modules that a process builds.
#pragma once

namespace sc_core {
class sc_simcontext;
}

namespace rowflow {

/// Installs a new simulation context and removes it at the end of its life. The process' first context is kept for
/// ever, because SystemC's static events live in it. All modules must be destroyed before their KernelContext; never
/// two at once, never in threads.
class KernelContext {
 public:
  KernelContext();
  ~KernelContext();
  KernelContext(const KernelContext&) = delete;
  KernelContext& operator=(const KernelContext&) = delete;

 private:
  sc_core::sc_simcontext* own_;
};

}  // namespace rowflow

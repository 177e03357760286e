#include "sim/run/kernel_context.hpp"

#include "models/systemc.hpp"
#include "sim/base/error.hpp"

namespace rowflow {

namespace {
sc_core::sc_simcontext* first_context = nullptr;
bool in_use = false;
}  // namespace

KernelContext::KernelContext() {
  if (in_use) throw Defect("two simulations at once in one process");
  in_use = true;
  if (first_context == nullptr) {
    first_context = sc_core::sc_get_curr_simcontext();
    // A warning of the kernel (renamed module, nothing to do) is a defect of ours.
    sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_THROW);
  }
  own_ = new sc_core::sc_simcontext;
  sc_core::sc_curr_simcontext = own_;
  sc_core::sc_default_global_context = own_;
}

KernelContext::~KernelContext() {
  sc_core::sc_curr_simcontext = first_context;
  sc_core::sc_default_global_context = first_context;
  delete own_;
  in_use = false;
}

}  // namespace rowflow

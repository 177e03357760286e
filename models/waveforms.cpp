#include "models/waveforms.hpp"

#include <algorithm>
#include <fstream>

namespace rowflow {

namespace {

const std::string ending = ".vcd";

/// The kernel's file names the day it was written; the same run gives the same bytes here.
void forget_date(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  std::string line;
  while (std::getline(file, line) && line != "$date") {
  }
  const auto begin = file.tellg();
  if (!std::getline(file, line) || line.empty()) return;
  file.seekp(begin);
  file << std::string(line.size(), ' ');
}

}  // namespace

Waveforms::Waveforms(Accelerator& accelerator, const Plan& plan, const std::string& path) : path_(path) {
  // The kernel would print remarks on its time scale, which is what is wanted, to standard output.
  sc_core::sc_report_handler::set_actions(sc_core::SC_ID_TRACING_TIMESCALE_UNIT_, sc_core::SC_DO_NOTHING);
  sc_core::sc_report_handler::set_actions(sc_core::SC_ID_TRACING_TIMESCALE_DEFAULT_, sc_core::SC_DO_NOTHING);
  file_ = sc_core::sc_create_vcd_trace_file(path.substr(0, path.size() - ending.size()).c_str());
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    auto& stage = accelerator.stage(static_cast<int>(s));
    sc_core::sc_trace(file_, stage.watch(), std::string(stage.name()) + ".doing", 2);
  }
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    auto& buffer = accelerator.buffer(static_cast<int>(b));
    sc_core::sc_trace(file_, buffer.watch(), std::string(buffer.name()) + ".rows", 32);
  }
}

Waveforms::~Waveforms() {
  sc_core::sc_close_vcd_trace_file(file_);
  forget_date(path_);
}

}  // namespace rowflow

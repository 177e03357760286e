// A virtual platform of one's own with an accelerator in it: a camera offers frames, the accelerator works on them in
// step with its clock, a processor takes each result, which keeps it busy for a while.
//   virtual_platform [NETWORK [DEVICE [BUFFERS]]]
#include <cstdio>
#include <string>
#include <systemc>
#include <vector>

#include "models/accelerator.hpp"
#include "sim/config/device.hpp"
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/network/network.hpp"

using namespace sc_core;

namespace {

const std::vector<double> exposures_us = {0, 600, 900, 1'000, 30'000};  // when frames are there
const sc_time work(300, SC_US);                                         // of the processor, a frame

double microseconds(const sc_time& time) { return time.to_seconds() * 1e6; }

SC_MODULE(Camera) {
  rowflow::Accelerator& accelerator;
  Camera(const sc_module_name& name, rowflow::Accelerator& fed) : sc_module(name), accelerator(fed) {
    SC_HAS_PROCESS(Camera);
    SC_THREAD(expose);
  }
  void expose() {
    for (const double at : exposures_us) {
      wait(sc_time(at, SC_US) - sc_time_stamp());
      accelerator.offer_frame();
    }
  }
};

SC_MODULE(Processor) {
  const sc_event& ready;
  std::vector<sc_time> arrived;
  sc_event more;
  Processor(const sc_module_name& name, const sc_event& frame_ended) : sc_module(name), ready(frame_ended) {
    SC_HAS_PROCESS(Processor);
    SC_METHOD(take);
    sensitive << ready;
    dont_initialize();
    SC_THREAD(post_process);
  }
  void take() {
    arrived.push_back(sc_time_stamp());
    more.notify(SC_ZERO_TIME);
  }
  void post_process() {
    for (std::size_t frame = 0;; ++frame) {
      while (frame == arrived.size()) wait(more);
      const sc_time begin = sc_time_stamp();
      wait(work);
      std::printf("frame %zu: exposed %7.1f us, accelerated %7.1f us, taken %7.1f us, done %7.1f us\n", frame,
                  exposures_us[frame], microseconds(arrived[frame]), microseconds(begin),
                  microseconds(sc_time_stamp()));
    }
  }
};

int sink_of(const rowflow::Plan& plan) {
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    if (plan.stages[s].kind == rowflow::StageKind::sink) return static_cast<int>(s);
  return -1;  // every plan has one
}

}  // namespace

int sc_main(int argc, char** argv) {
  const std::string network = argc > 1 ? argv[1] : "tiny_se", device = argc > 2 ? argv[2] : "tiny";
  rowflow::EvaluateOptions options;
  if (argc > 3) options.buffers = argv[3];
  const rowflow::Plan plan =
      rowflow::plan_point(rowflow::build_network(rowflow::read_network_config(rowflow::resolve_network(network))),
                          rowflow::read_device(rowflow::resolve_device(device)), options);
  rowflow::set_cycle(sc_time(1.0 / static_cast<double>(plan.device.clock_hz), SC_SEC));
  rowflow::Accelerator accelerator("accelerator", plan, rowflow::ModelTiming::synchronous);
  Camera camera("camera", accelerator);
  Processor processor("processor", accelerator.stage(sink_of(plan)).frame_ended());
  sc_start();
  std::printf("%s on %s: %zu frames\n", network.c_str(), device.c_str(), processor.arrived.size());
  return 0;
}

#include "tests/rtl/bench.hpp"

#include <algorithm>
#include <bitset>
#include <memory>

#include "Vse_pipeline.h"
#include "tests/rtl/reference.hpp"
#include "verilated.h"

namespace rowflow::rtl {
namespace {

constexpr int quiet_limit = 600;  // longer than any register chain: nothing will ever move again

void configure(Vse_pipeline& top, const Configuration& c, HandOver style) {
  const auto u = [](int value) { return static_cast<std::uint32_t>(value); };
  top.row_mode = style == HandOver::rows;
  top.residual = c.residual;
  top.second = c.second.beat_cycles > 0;
  top.second_cycles = u(std::max(1, c.second.beat_cycles));
  top.second_overhead = u(c.second.overhead);
  top.second_latency = u(c.second.latency);
  top.groups = u(c.groups());
  top.lanes = u(c.lanes);
  top.squeeze_channels = u(c.squeeze_channels);
  top.tile = u(c.tile_rows());
  for (std::size_t i = 0; i < 3; ++i) {
    top.height[i] = u(c.map_height(static_cast<int>(i)));
    top.width[i] = u(c.map_width(static_cast<int>(i)));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const Convolution& conv = i == 0 ? c.a : c.b;
    top.kernel[i] = u(conv.kernel);
    top.stride[i] = u(conv.stride);
    top.padding[i] = u(conv.padding);
    top.taps[i] = u(conv.taps);
    top.tap_cycles[i] = u((conv.kernel * conv.kernel + conv.taps - 1) / conv.taps);
    top.conv_shift[i] = u(conv.shift);
    top.dense[i] = conv.dense;
    top.macs[i] = u(c.macs[i]);
    top.fc_shift[i] = u(static_cast<int>(i) + 1);
  }
  for (std::size_t s = 0; s < stage_count; ++s) {
    top.cycles[s] = u(c.cycles(static_cast<int>(s)));
    top.overhead[s] = u(c.overhead[s]);
    top.latency[s] = u(c.latency[s]);
  }
  for (std::size_t e = 0; e < edge_count; ++e) top.capacity[e] = u(c.capacity[e] * c.row_beats(static_cast<int>(e)));
}

/// Compares what leaves the sink with the reference, element by element.
class Checker {
 public:
  Checker(const Configuration& c, RtlRun& run) : c_(c), run_(run), expected_(reference_frame(c, 0)) {}
  void take(std::uint32_t beat) {
    for (int lane = 0; lane < c_.lanes; ++lane) {
      const auto value = static_cast<std::uint8_t>(beat >> (8 * lane));
      if (value != expected_[next_++]) ++run_.mismatches;
      seen_.set(value);
    }
    run_.distinct = static_cast<std::int64_t>(seen_.count());
    if (next_ < expected_.size()) return;
    run_.completion.push_back(run_.cycles + 1);
    expected_ = reference_frame(c_, static_cast<int>(run_.completion.size()));
    next_ = 0;
  }

 private:
  const Configuration& c_;
  RtlRun& run_;
  std::vector<std::uint8_t> expected_;
  std::size_t next_ = 0;
  std::bitset<256> seen_;
};

}  // namespace

RtlRun run_rtl(const Configuration& c, HandOver style, int frames) {
  check(c);
  RtlRun run;
  VerilatedContext context;
  Vse_pipeline top(&context);
  configure(top, c, style);
  const auto tick = [&top] {
    top.clk = 1;
    top.eval();
    top.clk = 0;
    top.eval();
  };
  top.clk = 0;
  top.rst = 1;
  for (int i = 0; i < 4; ++i) tick();
  top.rst = 0;
  top.eval();

  Checker checker(c, run);
  int quiet = 0;
  while (static_cast<int>(run.completion.size()) < frames && quiet < quiet_limit) {
    if (top.frame_start) run.start.push_back(run.cycles);
    if (top.out_valid) checker.take(top.out_data);
    quiet = top.active ? 0 : quiet + 1;
    tick();
    ++run.cycles;
  }
  run.deadlock = static_cast<int>(run.completion.size()) < frames;
  run.overflow = top.overflow;
  for (std::size_t e = 0; e < edge_count; ++e) run.peak[e] = static_cast<int>(top.peak[e]);
  return run;
}

}  // namespace rowflow::rtl

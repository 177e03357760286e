#include "sim/mapper/context_time.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"

namespace rowflow {

namespace {

ContextOverhead overhead(Bytes weight_bytes, const Device& device, std::int64_t context_switch,
                         std::int64_t picoseconds, std::int64_t stored_bits) {
  const Bytes stored = ceil_multiply_divide(weight_bytes, stored_bits, 8);
  const std::int64_t link = device.input_link_bytes_per_kilocycle.value;
  const Cycles over_link = link == 0 ? 0 : ceil_multiply_divide(stored, 1000, link);
  const std::int64_t nanoseconds = ceil_multiply_divide(weight_bytes, picoseconds, 1000);
  return {cycles_of(context_switch, device), std::max(over_link, cycles_of(nanoseconds, device))};
}

}  // namespace

Cycles cycles_of(std::int64_t nanoseconds, const Device& device) {
  return ceil_multiply_divide(nanoseconds, device.clock_hz.value, 1'000'000'000);
}

ContextOverhead context_overhead(Bytes weight_bytes, const Device& device, ParameterUse& use) {
  use(device.input_link_bytes_per_kilocycle);
  return overhead(weight_bytes, device, use(device.contexts.context_switch), use(device.contexts.reload_per_byte),
                  use(device.contexts.stored_weight_bits));
}

OverheadRange context_overhead_range(Bytes weight_bytes, const Device& device) {
  const ContextFigures& f = device.contexts;
  return {overhead(weight_bytes, device, f.context_switch.low, f.reload_per_byte.low, f.stored_weight_bits.low),
          overhead(weight_bytes, device, f.context_switch.high, f.reload_per_byte.high, f.stored_weight_bits.high)};
}

void put_overhead(ContextPlan& context, const Device& device, ParameterUse& use) {
  context.weight_bytes = context.plan.mapping.weight_bytes;
  context.overhead = context_overhead(context.weight_bytes, device, use);
  context.range = context_overhead_range(context.weight_bytes, device);
}

}  // namespace rowflow

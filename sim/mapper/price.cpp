#include "sim/mapper/price.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/memory.hpp"

namespace rowflow {

Price::Price(const Plan& plan, Bytes unit) {
  for (const Buffer& buffer : plan.buffers) entries_.push_back({std::max<Bytes>(1, buffer.row_bytes), unit, 1});
}

Price Price::bytes_on_chip(const Plan& plan) {
  Price price(plan);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b)
    if (plan.buffers[b].level == MemoryLevel::host) price.entries_[b].times = 0;
  return price;
}

Price Price::cuts(const Plan& plan) {
  Price price(plan, plan.mapping.cut_bytes);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    Buffer buffer = plan.buffers[b];
    // A row of one byte takes the least there is: a cut in every place. More cuts' worth tells what share each place
    // holds.
    buffer.row_bytes = 1;
    buffer.capacity_rows = 1;
    price.entries_[b].times = cuts_of(plan, buffer);
    for (std::int64_t cuts = 2; price.entries_[b].times > 0 && cuts <= price.entries_[b].times; ++cuts) {
      buffer.capacity_rows = cuts * plan.mapping.cut_bytes;
      if (cuts_of(plan, buffer) == price.entries_[b].times) price.entries_[b].unit = buffer.capacity_rows;
    }
  }
  return price;
}

std::int64_t Price::of(int buffer, Rows rows) const {
  const Entry& entry = entries_[static_cast<std::size_t>(buffer)];
  return entry.times * ceil_div(rows * entry.row_bytes, entry.unit);
}

std::int64_t Price::of(const std::vector<Rows>& capacities) const {
  std::int64_t sum = 0;
  for (std::size_t b = 0; b < capacities.size(); ++b) sum += of(static_cast<int>(b), capacities[b]);
  return sum;
}

Rows Price::raised(int buffer, Rows rows, std::int64_t more) const {
  const Entry& entry = entries_[static_cast<std::size_t>(buffer)];
  if (entry.times == 0) return rows + more;
  return std::max(rows, (of(buffer, rows) + more) / entry.times * entry.unit / entry.row_bytes);
}

}  // namespace rowflow

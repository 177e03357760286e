// The tables of T1 for the layers of T7, by brute force from what each step touches. Private to the random plans.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/base/units.hpp"

namespace rowflow::test {

struct Tables {
  std::vector<Rows> needs, releases;
};

/// One row a step.
inline std::vector<Rows> one_each(Rows rows) {
  std::vector<Rows> table;
  for (Rows i = 1; i <= rows; ++i) table.push_back(i);
  return table;
}

/// Rows of tiles of `height` complete after each of `rows` steps; the last tile may be short.
inline std::vector<Rows> tiles_complete(Rows rows, Rows height) {
  std::vector<Rows> table;
  for (Rows i = 1; i <= rows; ++i) table.push_back(i == rows ? (rows + height - 1) / height : i / height);
  return table;
}

/// needs and releases of steps that each touch the given in-map rows, with the last-step rule of T1.
inline Tables tables_of_taps(const std::vector<std::vector<Rows>>& taps, Rows rows) {
  Tables tables;
  Rows needed = 0;
  for (std::size_t o = 0; o < taps.size(); ++o) {
    for (const Rows tap : taps[o]) needed = std::max(needed, tap + 1);
    const bool last = o + 1 == taps.size();
    Rows kept = last ? rows : needed;
    for (std::size_t later = o + 1; later < taps.size(); ++later)
      for (const Rows tap : taps[later]) kept = std::min(kept, tap);
    tables.needs.push_back(last ? rows : needed);
    tables.releases.push_back(kept);
  }
  return tables;
}

/// A sliding window over `rows` rows with zero padding at the top.
inline Tables window_tables(Rows rows, Rows steps, Rows kernel, Rows stride, Rows top, Rows dilation) {
  std::vector<std::vector<Rows>> taps(static_cast<std::size_t>(steps));
  for (Rows o = 0; o < steps; ++o)
    for (Rows k = 0; k < kernel; ++k) {
      const Rows row = o * stride - top + k * dilation;
      if (row >= 0 && row < rows) taps[static_cast<std::size_t>(o)].push_back(row);
    }
  return tables_of_taps(taps, rows);
}

}  // namespace rowflow::test

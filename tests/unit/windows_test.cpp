#include "sim/compile/windows.hpp"

#include <functional>
#include <set>

#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

using RowsRead = std::function<std::set<Rows>(Rows step)>;

/// T7 in words, by enumeration: needs = everything up to the largest row that a step so far read; releases = what no
/// later step reads.
void check_against_enumeration(const RowWindow& window, Rows rows, Rows steps, const RowsRead& reads) {
  REQUIRE(window.needs.size() == static_cast<std::size_t>(steps));
  REQUIRE(window.releases.size() == static_cast<std::size_t>(steps));
  for (Rows o = 0; o < steps; ++o) {
    Rows needs = 0, releases = rows;
    for (Rows earlier = 0; earlier <= o; ++earlier)
      for (const Rows row : reads(earlier)) needs = std::max(needs, row + 1);
    for (Rows later = o + 1; later < steps; ++later)
      for (const Rows row : reads(later)) releases = std::min(releases, row);
    releases = std::min(releases, needs);
    if (o == steps - 1) needs = releases = rows;
    if (window.needs[o] != needs || window.releases[o] != releases) {
      CAPTURE(rows, steps, o, needs, releases, window.needs[o], window.releases[o]);
      FAIL("window differs from the enumeration of taps");
    }
  }
}

}  // namespace

TEST_CASE("convolution windows equal the enumeration of their taps (T7)") {
  int cases = 0;
  for (Rows h = 1; h <= 20; ++h)
    for (std::int64_t k = 1; k <= 7; ++k)
      for (std::int64_t s = 1; s <= 4; ++s)
        for (std::int64_t d = 1; d <= 3; ++d)
          for (std::int64_t top = 0; top <= (k - 1) * d; top += (k > 3 ? 2 : 1))
            for (std::int64_t bottom = 0; bottom <= 3; ++bottom) {
              const Rows space = h + top + bottom - (k - 1) * d - 1;
              if (space < 0) continue;
              const Rows steps = space / s + 1;
              ++cases;
              check_against_enumeration(convolution_window(h, steps, {k, s, top, d}), h, steps, [&](Rows o) {
                std::set<Rows> rows;
                for (std::int64_t j = 0; j < k; ++j)
                  if (const Rows r = o * s - top + j * d; r >= 0 && r < h) rows.insert(r);
                return rows;
              });
            }
  REQUIRE(cases > 10000);
}

TEST_CASE("for dilation 1 convolution windows follow the closed formulas of T7") {
  const Rows h = 17, k = 5, s = 2, p = 2, steps = 9;
  const RowWindow window = convolution_window(h, steps, {k, s, p, 1});
  for (Rows o = 0; o + 1 < steps; ++o) {
    CHECK(window.needs[o] == std::max<Rows>(0, std::min(h, o * s - p + k)));
    CHECK(window.releases[o] == std::max<Rows>(0, (o + 1) * s - p));
  }
  CHECK(window.needs.back() == h);
  CHECK(window.releases.back() == h);
}

TEST_CASE("rows below a strided window are taken before the next frame (T1)") {
  const RowWindow window = convolution_window(8, 3, {1, 3, 0, 1});  // reads rows 0, 3, 6; row 7 is left over
  CHECK(window.needs == std::vector<Rows>{1, 4, 8});
  CHECK(window.releases == std::vector<Rows>{1, 4, 8});
}

TEST_CASE("transposed convolution windows equal the enumeration of their taps") {
  for (Rows h = 1; h <= 9; ++h)
    for (std::int64_t k = 1; k <= 5; ++k)
      for (std::int64_t s = 1; s <= 4; ++s)
        for (std::int64_t p = 0; p < k; ++p) {
          const Rows steps = (h - 1) * s - 2 * p + k;
          if (steps < 1) continue;
          check_against_enumeration(transposed_window(h, steps, {k, s, p, 1}), h, steps, [&](Rows o) {
            std::set<Rows> rows;
            for (Rows i = 0; i < h; ++i)
              for (std::int64_t j = 0; j < k; ++j)
                if (i * s - p + j == o) rows.insert(i);
            return rows;
          });
        }
}

TEST_CASE("upsampling windows equal the enumeration of the rows they mix (T7)") {
  for (Rows h = 1; h <= 20; ++h)
    for (Rows steps = 1; steps <= 45; ++steps) {
      check_against_enumeration(nearest_window(h, steps), h, steps,
                                [&](Rows o) { return std::set<Rows>{o * h / steps}; });
      for (const Transform transform : {Transform::half_pixel, Transform::align_corners, Transform::asymmetric})
        check_against_enumeration(bilinear_window(h, steps, transform), h, steps, [&](Rows o) {
          // The largest y0 whose position is at or above the sampled one, in exact integers over a common denominator.
          const bool align = transform == Transform::align_corners, half = transform == Transform::half_pixel;
          const Rows numerator = align ? o * (h - 1) : half ? (2 * o + 1) * h - steps : o * h;
          const Rows denominator = align ? std::max<Rows>(1, steps - 1) : half ? 2 * steps : steps;
          Rows y0 = 0;
          while ((y0 + 1) * denominator <= numerator) ++y0;
          return std::set<Rows>{y0, std::min(y0 + 1, h - 1)};
        });
    }
}

TEST_CASE("bilinear needs its second row even at weight 0") {
  CHECK(bilinear_window(4, 4, Transform::align_corners).needs == std::vector<Rows>{2, 3, 4, 4});
  CHECK(bilinear_window(2, 4, Transform::half_pixel).needs == std::vector<Rows>{2, 2, 2, 2});
  CHECK(bilinear_window(2, 4, Transform::half_pixel).releases == std::vector<Rows>{0, 0, 1, 2});
}

TEST_CASE("vectors of tiles: the last may be short (T7)") {
  CHECK(emit_tiles(7, 3) == std::vector<Rows>{0, 0, 1, 1, 1, 2, 3});
  CHECK(emit_tiles(6, 3) == std::vector<Rows>{0, 0, 1, 1, 1, 2});
  CHECK(emit_tiles(4, 9) == std::vector<Rows>{0, 0, 0, 1});
  const RowWindow window = tile_window(3, 7, 3);
  CHECK(window.needs == std::vector<Rows>{1, 1, 1, 2, 2, 2, 3});
  CHECK(window.releases == std::vector<Rows>{0, 0, 1, 1, 1, 2, 3});
}

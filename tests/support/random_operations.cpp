// What a random plan is made of: stages on rows already there, of every kind that the timing rules know.
#include "tests/support/random_plan_builder.hpp"
#include "tests/support/random_tables.hpp"

namespace rowflow::test {

int RandomPlanBuilder::row_stage(StageKind kind, int input) {
  const auto each = one_each(rows(input));
  const int index = add_stage(kind, each);
  connect(input, index, each, each, BufferRole::straight);
  return index;
}

int RandomPlanBuilder::join(int a, int b) {
  const auto each = one_each(rows(a));
  const int index = add_stage(chance(30) ? StageKind::concat : StageKind::add, each);
  connect(a, index, each, each, BufferRole::straight);
  connect(b, index, each, each, BufferRole::skip);
  return index;
}

int RandomPlanBuilder::window(int input) {
  const Rows in = rows(input);
  const Rows kernel = draw(1, 5), stride = draw(1, 3), dilation = chance(20) ? 2 : 1;
  const Rows extent = (kernel - 1) * dilation + 1;
  const Rows top = draw(0, extent - 1), bottom = draw(0, extent - 1);
  const Rows padded = in + top + bottom;
  if (padded < extent) return row_stage(StageKind::conv, input);
  const Rows out = (padded - extent) / stride + 1;
  const Tables t = window_tables(in, out, kernel, stride, top, dilation);
  const int index = add_stage(StageKind::conv, one_each(out));
  connect(input, index, t.needs, t.releases, BufferRole::straight);
  return index;
}

int RandomPlanBuilder::se_block(int input) {
  const Rows height = rows(input), tile = draw(1, height);
  const auto complete = tiles_complete(height, tile), each = one_each(height);
  const auto tiles = one_each(complete.back());
  const int squeeze = add_stage(StageKind::squeeze, complete);
  connect(input, squeeze, each, each, BufferRole::straight);
  int vector = squeeze;
  for (const StageKind part : {StageKind::vector_fc, StageKind::vector_fc, StageKind::broadcast}) {
    if (part == StageKind::broadcast && !chance(50)) continue;
    const int next = add_stage(part, tiles);
    connect(vector, next, tiles, tiles, BufferRole::vector);
    vector = next;
  }
  std::vector<Rows> needs;
  for (Rows o = 0; o < height; ++o) needs.push_back(o / tile + 1);
  const int scale = add_stage(StageKind::scale, each);
  const bool vector_first = chance(30);
  if (vector_first) connect(vector, scale, needs, complete, BufferRole::vector);
  connect(input, scale, each, each, BufferRole::se_bypass);
  if (!vector_first) connect(vector, scale, needs, complete, BufferRole::vector);
  if (!chance(50)) return scale;
  const int after = row_stage(StageKind::pointwise, scale);
  return join(after, input);
}

int RandomPlanBuilder::resize(int input) {
  const Rows in = rows(input), out = in * draw(1, 2) + draw(0, 1);
  std::vector<std::vector<Rows>> taps;
  for (Rows o = 0; o < out; ++o) taps.push_back({o * in / out});
  const Tables t = tables_of_taps(taps, in);
  const int index = add_stage(StageKind::upsample, one_each(out));
  connect(input, index, t.needs, t.releases, BufferRole::straight);
  return index;
}

int RandomPlanBuilder::pool_all(int input) {
  const int index = add_stage(StageKind::squeeze, tiles_complete(rows(input), rows(input)));
  const auto each = one_each(rows(input));
  connect(input, index, each, each, BufferRole::straight);
  return index;
}

/// Several rows a step.
int RandomPlanBuilder::burst(int input) {
  const Rows in = rows(input), factor = draw(2, 3);
  auto emits = one_each(in);
  for (Rows& rows_out : emits) rows_out *= factor;
  const int index = add_stage(StageKind::conv, emits);
  connect(input, index, one_each(in), one_each(in), BufferRole::straight);
  return index;
}

/// Whatever T1 allows: non-decreasing tables, a last step that takes the rest and emits.
int RandomPlanBuilder::any_tables(int input) {
  const Rows in = rows(input), steps = draw(1, 8);
  std::vector<Rows> emits, needs, releases;
  Rows emitted = 0, needed = 0, released = 0;
  for (Rows i = 1; i < steps; ++i) {
    emits.push_back(emitted += draw(0, 2));
    needs.push_back(needed = std::min(in, needed + draw(0, 3)));
    releases.push_back(released = std::min(needed, released + draw(0, 3)));
  }
  emits.push_back(emitted + draw(1, 2));
  needs.push_back(in);
  releases.push_back(in);
  const int index = add_stage(StageKind::conv, emits);
  connect(input, index, needs, releases, BufferRole::straight);
  return index;
}

void RandomPlanBuilder::operation() {
  // Mostly the latest rows; sometimes an older stage, which is a fork.
  const auto pick = [&] {
    return open_[open_.size() - 1 -
                 static_cast<std::size_t>(chance(30) ? draw(0, static_cast<int>(open_.size()) - 1) : 0)];
  };
  const int input = pick();
  int output = -1;
  switch (draw(0, 9)) {
    case 0:
      output = row_stage(StageKind::pointwise, input);
      break;
    case 1:
    case 2:
      output = window(input);
      break;
    case 3:
    case 4:
      output = se_block(input);
      break;
    case 5:
      output = resize(input);
      break;
    case 6:
      output = burst(input);
      break;
    case 7:
      output = any_tables(input);
      break;
    case 8:
      output = chance(30) ? pool_all(input) : window(input);
      break;
    default: {
      for (const int other : open_)
        if (other != input && rows(other) == rows(input)) output = other;
      output = output < 0 ? row_stage(StageKind::add, input) : join(input, output);
    }
  }
  // Row counts grow by doublings: stay small.
  if (rows(output) <= 60) open_.push_back(output);
}

}  // namespace rowflow::test

#include "tests/support/random_plan.hpp"

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "tests/support/oracle.hpp"
#include "tests/support/plan_to_test_json.hpp"
#include "tests/support/random_tables.hpp"

namespace rowflow::test {
namespace {

class Builder {
 public:
  explicit Builder(const Tape& tape) : tape_(tape) {}
  Plan build();

 private:
  std::int64_t draw(std::int64_t low, std::int64_t high);
  bool chance(int percent) { return draw(0, 99) >= 100 - percent; }  // no, by default

  int add_stage(const char* kind, const std::vector<Rows>& emits);
  void connect(int from, int to, const std::vector<Rows>& needs, const std::vector<Rows>& releases, BufferRole role);
  int row_stage(const char* kind, int input);
  int join(int a, int b);
  int window(int input);
  int se_block(int input);
  int resize(int input);
  int pool_all(int input);
  int burst(int input);
  int any_tables(int input);
  void operation();
  void sinks();
  void capacities();
  void pacing();
  Rows rows(int stage) const { return emits_[static_cast<std::size_t>(stage)].back(); }
  Stage& stage(int index) { return plan_.stages[static_cast<std::size_t>(index)]; }

  const Tape& tape_;
  std::size_t next_ = 0;
  Plan plan_;
  std::vector<std::vector<Rows>> emits_;  ///< per stage: the table all its outputs share
  std::vector<int> open_;                 ///< stages whose rows may be read
  Cycles longest_cost_ = 1;
};

std::int64_t Builder::draw(std::int64_t low, std::int64_t high) {
  const std::uint32_t choice = next_ < tape_.size() ? tape_[next_] : 0;
  ++next_;
  return low + choice % (high - low + 1);
}

int Builder::add_stage(const char* kind, const std::vector<Rows>& emits) {
  const int index = static_cast<int>(plan_.stages.size());
  Stage stage;
  stage.name = stage.layer = kind + std::to_string(index);
  stage.kind = kind;
  stage.latency = chance(30) ? draw(0, 3 * longest_cost_) : 0;
  const Cycles cost = chance(15) ? 0 : draw(1, longest_cost_);
  const bool uneven = chance(25);
  for (std::size_t i = 0; i < emits.size(); ++i) stage.cost.push_back(uneven ? draw(0, 2 * cost) : cost);
  plan_.stages.push_back(stage);
  emits_.push_back(emits);
  return index;
}

void Builder::connect(int from, int to, const std::vector<Rows>& needs, const std::vector<Rows>& releases, BufferRole role) {
  Buffer buffer;
  buffer.name = stage(from).name + "->" + stage(to).name;
  buffer.from = from;
  buffer.to = to;
  buffer.role = role;
  buffer.level = "L";
  buffer.rows_per_frame = rows(from);
  buffer.row_elements = buffer.row_bytes = 8;
  if (chance(20)) buffer.transfer_latency = draw(0, 2 * longest_cost_);
  if (chance(20)) buffer.credit_latency = draw(0, 2 * longest_cost_);
  const int index = static_cast<int>(plan_.buffers.size());
  plan_.buffers.push_back(buffer);
  stage(from).outputs.push_back({index, emits_[static_cast<std::size_t>(from)]});
  stage(to).inputs.push_back({index, needs, releases});
}

int Builder::row_stage(const char* kind, int input) {
  const auto each = one_each(rows(input));
  const int index = add_stage(kind, each);
  connect(input, index, each, each, BufferRole::straight);
  return index;
}

int Builder::join(int a, int b) {
  const auto each = one_each(rows(a));
  const int index = add_stage(chance(30) ? "concat" : "add", each);
  connect(a, index, each, each, BufferRole::straight);
  connect(b, index, each, each, BufferRole::skip);
  return index;
}

int Builder::window(int input) {
  const Rows in = rows(input);
  const Rows kernel = draw(1, 5), stride = draw(1, 3), dilation = chance(20) ? 2 : 1;
  const Rows extent = (kernel - 1) * dilation + 1;
  const Rows top = draw(0, extent - 1), bottom = draw(0, extent - 1);
  const Rows padded = in + top + bottom;
  if (padded < extent) return row_stage("conv", input);
  const Rows out = (padded - extent) / stride + 1;
  const Tables t = window_tables(in, out, kernel, stride, top, dilation);
  const int index = add_stage("conv", one_each(out));
  connect(input, index, t.needs, t.releases, BufferRole::straight);
  return index;
}

int Builder::se_block(int input) {
  const Rows height = rows(input), tile = draw(1, height);
  const auto complete = tiles_complete(height, tile), each = one_each(height);
  const auto tiles = one_each(complete.back());
  const int squeeze = add_stage("squeeze", complete);
  connect(input, squeeze, each, each, BufferRole::straight);
  int vector = squeeze;
  for (const char* part : {"reduce", "expand", "broadcast"}) {
    if (*part == 'b' && !chance(50)) continue;
    const int next = add_stage(part, tiles);
    connect(vector, next, tiles, tiles, BufferRole::vector);
    vector = next;
  }
  std::vector<Rows> needs;
  for (Rows o = 0; o < height; ++o) needs.push_back(o / tile + 1);
  const int scale = add_stage("scale", each);
  const bool vector_first = chance(30);
  if (vector_first) connect(vector, scale, needs, complete, BufferRole::vector);
  connect(input, scale, each, each, BufferRole::se_bypass);
  if (!vector_first) connect(vector, scale, needs, complete, BufferRole::vector);
  if (!chance(50)) return scale;
  const int after = row_stage("pointwise", scale);
  return join(after, input);
}

int Builder::resize(int input) {
  const Rows in = rows(input), out = in * draw(1, 2) + draw(0, 1);
  std::vector<std::vector<Rows>> taps;
  for (Rows o = 0; o < out; ++o) taps.push_back({o * in / out});
  const Tables t = tables_of_taps(taps, in);
  const int index = add_stage("resize", one_each(out));
  connect(input, index, t.needs, t.releases, BufferRole::straight);
  return index;
}

int Builder::pool_all(int input) {
  const int index = add_stage("squeeze", tiles_complete(rows(input), rows(input)));
  const auto each = one_each(rows(input));
  connect(input, index, each, each, BufferRole::straight);
  return index;
}

/// Several rows a step.
int Builder::burst(int input) {
  const Rows in = rows(input), factor = draw(2, 3);
  auto emits = one_each(in);
  for (Rows& rows_out : emits) rows_out *= factor;
  const int index = add_stage("conv", emits);
  connect(input, index, one_each(in), one_each(in), BufferRole::straight);
  return index;
}

/// Whatever T1 allows: non-decreasing tables, a last step that takes the rest and emits.
int Builder::any_tables(int input) {
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
  const int index = add_stage("conv", emits);
  connect(input, index, needs, releases, BufferRole::straight);
  return index;
}

void Builder::operation() {
  // Mostly the latest rows; sometimes an older stage, which is a fork.
  const auto pick = [&] {
    return open_[open_.size() - 1 - static_cast<std::size_t>(chance(30) ? draw(0, static_cast<int>(open_.size()) - 1) : 0)];
  };
  const int input = pick();
  int output = -1;
  switch (draw(0, 9)) {
    case 0:
      output = row_stage("pointwise", input);
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
      output = output < 0 ? row_stage("add", input) : join(input, output);
    }
  }
  // Row counts grow by doublings: stay small.
  if (rows(output) <= 60) open_.push_back(output);
}

/// Every stage without a consumer gets a sink, and now and then another stage too.
void Builder::sinks() {
  const int stages = static_cast<int>(plan_.stages.size());
  for (int s = 0; s < stages; ++s) {
    if (!stage(s).outputs.empty() && !(s > 0 && chance(5))) continue;
    const int sink = row_stage("sink", s);
    stage(sink).latency = 0;
    if (chance(50)) std::fill(stage(sink).cost.begin(), stage(sink).cost.end(), 0);
  }
}

void Builder::capacities() {
  const auto policy = draw(0, 5);
  for (Buffer& buffer : plan_.buffers) {
    Rows largest_emit = 0, largest_gap = 0, before = 0;
    for (const StageOutput& port : stage(buffer.from).outputs)
      if (&plan_.buffers[static_cast<std::size_t>(port.buffer)] == &buffer)
        for (const Rows e : port.emits) largest_emit = std::max(largest_emit, e - std::exchange(before, e));
    before = 0;
    for (const StageInput& port : stage(buffer.to).inputs)
      if (&plan_.buffers[static_cast<std::size_t>(port.buffer)] == &buffer)
        for (std::size_t i = 0; i < port.needs.size(); ++i)
          largest_gap = std::max(largest_gap, port.needs[i] - std::exchange(before, port.releases[i]));
    const Rows least = std::max(largest_emit, largest_gap);
    switch (policy == 5 ? draw(0, 4) : policy) {
      case 0:
        buffer.capacity_rows = least + buffer.rows_per_frame;
        break;
      case 1:
        buffer.capacity_rows = least + draw(0, 2);
        break;
      case 2:
        buffer.capacity_rows = least + draw(0, buffer.rows_per_frame);
        break;
      case 3:
        buffer.capacity_rows = chance(80) ? least + 1 : largest_emit;
        break;
      default:
        buffer.capacity_rows = chance(50) ? unlimited_rows : least + draw(0, 3 * buffer.rows_per_frame);
    }
  }
}

void Builder::pacing() {
  if (!chance(25)) return;
  const Rows rows_in = static_cast<Rows>(stage(0).steps());
  if (chance(30)) {
    plan_.pacing.row_interval = draw(0, 2 * longest_cost_);
    if (chance(50)) plan_.pacing.frame_period = rows_in * plan_.pacing.row_interval + draw(1, 50);
  } else {
    plan_.pacing.frame_period = draw(1, 4 * rows_in * longest_cost_);
    plan_.pacing.row_interval = plan_.pacing.frame_period / rows_in;
    plan_.pacing.row_remainder = plan_.pacing.frame_period % rows_in;
  }
}

Plan Builder::build() {
  longest_cost_ = std::vector<Cycles>{3, 10, 20, 100}[static_cast<std::size_t>(draw(0, 3))];
  const int source = add_stage("source", one_each(draw(1, 12)));
  stage(source).latency = 0;
  if (chance(50)) std::fill(stage(source).cost.begin(), stage(source).cost.end(), 0);
  open_.push_back(source);
  open_.push_back(row_stage("conv", source));
  std::fill(stage(1).cost.begin(), stage(1).cost.end(), draw(1, longest_cost_));  // so that a frame takes time
  for (auto count = draw(0, 7); count > 0; --count) operation();
  sinks();
  capacities();
  pacing();
  plan_.network.name = "random";
  plan_.buffer_policy = "file";
  plan_.tile_height = "full";
  return plan_;
}

}  // namespace

Plan plan_from_tape(const Tape& tape) { return Builder(tape).build(); }

Plan random_plan(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Tape tape(600);
  for (auto& choice : tape) choice = static_cast<std::uint32_t>(random() >> 33);
  return plan_from_tape(tape);
}

Plan made_live(Plan plan) {
  for (;;) {
    const oracle::Result result = oracle::evaluate(plan_to_test_json(plan), 1);
    if (result.completed) return plan;
    for (const oracle::Wait& wait : result.unfinished)
      if (wait.for_space)
        for (Buffer& buffer : plan.buffers)
          if (buffer.name == wait.buffer) ++buffer.capacity_rows;
  }
}

Plan with_jitter(Plan plan, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (Stage& stage : plan.stages)
    for (Cycles& cost : stage.cost) cost = static_cast<Cycles>(random() % static_cast<std::uint64_t>(2 * cost + 4));
  return plan;
}

}  // namespace rowflow::test

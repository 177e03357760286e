#include "sim/compile/forwarding.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"
#include "sim/compile/physical.hpp"
#include "sim/network/layer_kinds.hpp"

namespace rowflow {

namespace {

/// A step of a stage: set-up, then columns at an even pace.
struct Pace {
  Cycles setup = 0, cost = 0;
  std::int64_t columns = 1;
  /// From the start of the step until `count` columns are done.
  Cycles until(std::int64_t count) const { return setup + ceil_multiply_divide(cost - setup, count, columns); }
  /// Cycles of `count` columns.
  Cycles of(std::int64_t count) const { return ceil_multiply_divide(cost - setup, count, columns); }
};

/// The window of a consumer along the columns.
struct ColumnWindow {
  std::int64_t span = 1;  ///< columns from the first to the last tap
  std::int64_t stride = 1, left_padding = 0;
};

std::int64_t columns_of(const Network& network, int layer) { return shape_of(network, layer).width; }

Pace pace_of(const Stage& stage, const CostModel& model, std::int64_t columns) {
  const Cycles cost = *std::min_element(stage.cost.begin(), stage.cost.end());
  return {std::min(model.overhead, cost), cost, columns};
}

bool reads_rows_again(const Layer* layer) {
  const RowPattern rows = layer == nullptr ? RowPattern::row_by_row : rows_of(layer->config);
  return rows == RowPattern::resized || rows == RowPattern::transposed_window || rows == RowPattern::cropped ||
         rows == RowPattern::rows_in_turn;
}

/// Convolutions and pools read their first input through a window; all else, and a fused add's other operand, column by
/// column.
bool reads_window(const Stage& stage, int buffer, const Layer* layer) {
  return layer != nullptr && stage.inputs.front().buffer == buffer && rows_of(layer->config) == RowPattern::window;
}

ColumnWindow window_of(const LayerConfig& c) {
  return {(c.kernel.width - 1) * c.dilation.width + 1, c.stride.width, c.padding.left};
}

Forwarding forwarding_of(const Pace& producer, const Pace& consumer, const ColumnWindow& window) {
  const std::int64_t in = producer.columns, out = consumer.columns;
  Forwarding f;
  const std::int64_t read = std::clamp<std::int64_t>(window.span - window.left_padding, 1, in);
  f.first = producer.until(1);
  f.lead = producer.until(read) - f.first;
  f.setup = consumer.setup;
  // Results whose window reaches the last column still wait when it comes.
  std::int64_t complete = out;
  while (complete > 0 && (complete - 1) * window.stride - window.left_padding + window.span >= in) --complete;
  f.tail = consumer.of(std::max<std::int64_t>(1, out - complete));
  f.first_free = consumer.until(std::min(out, window.left_padding / window.stride + 1));
  // The producer's first column needs its place at the end of `first`, the others of those freed last one after the
  // other.
  f.head_start = std::max<Cycles>(0, f.first - 1);
  const std::int64_t freed_last = in - std::max<std::int64_t>(0, (out - 1) * window.stride - window.left_padding);
  f.last_free = std::min(producer.cost, producer.of(std::min(in, freed_last) - 1) + 1);
  return f;
}

}  // namespace

void forward_rows(Lowered& lowered, const Network& network, const std::vector<CostModel>& models) {
  Plan& plan = lowered.plan;
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    Buffer& buffer = plan.buffers[b];
    const auto from = static_cast<std::size_t>(buffer.from), to = static_cast<std::size_t>(buffer.to);
    const Stage& consumer = plan.stages[to];
    if (is_transport(plan.stages[from]) || is_transport(consumer)) continue;
    const int layer_index = lowered.origin[to].layer;
    const Layer* layer =
        is_network_input(layer_index) ? nullptr : &network.layers[static_cast<std::size_t>(layer_index)];
    const bool vector = buffer.role == BufferRole::vector || plan.stages[from].outputs.front().emits.front() == 0;
    if (vector || reads_rows_again(layer)) continue;
    const std::int64_t columns = columns_of(network, lowered.origin[from].layer);
    const Pace in = pace_of(plan.stages[from], models[from], columns);
    const bool windowed = reads_window(consumer, static_cast<int>(b), layer);
    const Pace out = pace_of(consumer, models[to], windowed ? layer->output.width : columns);
    buffer.forwarding = forwarding_of(in, out, windowed ? window_of(layer->config) : ColumnWindow{});
  }
}

}  // namespace rowflow

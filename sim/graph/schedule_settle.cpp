// How the schedule graph raises times: Bellman-Ford, first in first out, with Tarjan's subtree disassembly (what a
// raised time had raised is taken out of the tree at once, so a cycle shows as soon as it closes; Cherkassky and
// Goldberg, Math. Programming 85, 1999).
#include "sim/graph/schedule_graph.hpp"

namespace rowflow {

namespace {

constexpr int none = -1;
constexpr int no_buffer = -1;
constexpr int latency_arc = -2;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

/// Raises times until every rule holds or a cycle raises itself.
ScheduleGraph::Answer ScheduleGraph::settle(std::int64_t most_looks) {
  for (std::int64_t left = most_looks; queue_size_ > 0; --left) {
    if (left == 0) return Answer::gave_up;
    const int node = queue_[queue_head_];
    queue_head_ = queue_head_ + 1 == queue_.size() ? 0 : queue_head_ + 1;
    --queue_size_;
    if (queued_[at(node)] == 2) {  // its own time is about to be raised again
      queued_[at(node)] = 0;
      continue;
    }
    queued_[at(node)] = 0;
    if (!scan(node)) return Answer::fails;
  }
  return Answer::holds;
}

bool ScheduleGraph::scan(int node) {
  ++looks_;
  const int stage = stage_of_[at(node)];
  const int step = node - base_[at(stage)];
  const bool last = static_cast<std::size_t>(step) + 1 == plan_.stages[at(stage)].steps();
  const int next = last ? base_[at(stage)] : node + 1;
  if (!relax(node, next, cost_[at(node)] - (last ? frame_ : 0), no_buffer)) return false;
  if (last && latency_ && !scan_latency(node, stage)) return false;
  for (std::size_t arc = row_begin_[at(node)]; arc < row_begin_[at(node) + 1]; ++arc)
    if (!relax(node, rows_[arc].to, rows_[arc].length, no_buffer)) return false;
  return scan_space(node, stage, step);
}

/// T4: the slot of the first row that this step frees is waited for by the step that emits the row a capacity later;
/// those of its other rows by steps that follow that one anyway.
bool ScheduleGraph::scan_space(int node, int stage, int step) {
  for (const StageInput& input : plan_.stages[at(stage)].inputs) {
    const BufferEnds& buffer = buffers_[at(input.buffer)];
    if (buffer.capacity == unlimited_rows) continue;
    const Rows row = step > 0 ? input.releases[at(step) - 1] : 0;
    if (row == input.releases[at(step)]) continue;
    Rows frames = buffer.whole_frames, later = row + buffer.rest;
    if (later >= buffer.rows) {
      later -= buffer.rows;
      ++frames;
    }
    const int to = buffer.producer_base + buffer.step_of_row[static_cast<std::size_t>(later)];
    if (!relax(node, to, cost_[at(node)] + buffer.credit - frames * frame_, input.buffer)) return false;
  }
  return true;
}

/// The last step of a sink: the frame's source may not have started earlier than the bound on the latency says.
bool ScheduleGraph::scan_latency(int node, int stage) {
  if (!plan_.stages[at(stage)].outputs.empty()) return true;
  return relax(node, base_[at(plan_.source)], cost_[at(node)] - *latency_, latency_arc);
}

bool ScheduleGraph::relax(int from, int to, Time length, int buffer) {
  const Time time = trial_[at(from)] + length;
  if (time <= trial_[at(to)]) return true;
  if (from == to || !cut_subtree(to, from)) {
    find_conflict(from, to, buffer);
    return false;
  }
  trial_[at(to)] = time;
  attach(to, from, buffer);
  enqueue(to);
  return true;
}

/// Takes `node` out of the tree and what it had raised too: those will be raised again. False when `searched` is among
/// them.
bool ScheduleGraph::cut_subtree(int node, int searched) {
  detach(node);
  if (first_child_[at(node)] == none) return true;
  stack_.assign(1, node);
  while (!stack_.empty()) {
    const int above = stack_.back();
    stack_.pop_back();
    for (int child = first_child_[at(above)]; child != none;) {
      if (child == searched) return false;
      const int sibling = next_[at(child)];
      stack_.push_back(child);
      if (queued_[at(child)] == 1) queued_[at(child)] = 2;
      child = sibling;
    }
  }
  stack_.assign(1, node);
  while (!stack_.empty()) {
    const int above = stack_.back();
    stack_.pop_back();
    for (int child = first_child_[at(above)]; child != none;) {
      const int sibling = next_[at(child)];
      stack_.push_back(child);
      parent_[at(child)] = next_[at(child)] = previous_[at(child)] = none;
      child = sibling;
    }
    first_child_[at(above)] = none;
  }
  return true;
}

void ScheduleGraph::detach(int node) {
  const int parent = parent_[at(node)];
  if (parent == none) return;
  const int before = previous_[at(node)], after = next_[at(node)];
  (before == none ? first_child_[at(parent)] : next_[at(before)]) = after;
  if (after != none) previous_[at(after)] = before;
  parent_[at(node)] = next_[at(node)] = previous_[at(node)] = none;
}

void ScheduleGraph::attach(int node, int parent, int buffer) {
  const int first = first_child_[at(parent)];
  parent_[at(node)] = parent;
  parent_buffer_[at(node)] = buffer;
  next_[at(node)] = first;
  if (first != none) previous_[at(first)] = node;
  first_child_[at(parent)] = node;
  touch(node);
  touch(parent);
}

void ScheduleGraph::touch(int node) {
  if (is_touched_[at(node)] != 0) return;
  is_touched_[at(node)] = 1;
  touched_.push_back(node);
}

void ScheduleGraph::enqueue(int node) {
  if (queued_[at(node)] == 0) {
    const std::size_t slot = queue_head_ + queue_size_;
    queue_[slot < queue_.size() ? slot : slot - queue_.size()] = node;
    ++queue_size_;
    touch(node);
  }
  queued_[at(node)] = 1;
}

}  // namespace rowflow

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
    Place& place = places_[at(node)];
    const bool raised_again = place.queued == Place::passed_over;  // its own time is about to be
    place.queued = Place::out;
    if (!raised_again && !scan(node)) return Answer::fails;
  }
  return Answer::holds;
}

bool ScheduleGraph::scan(int index) {
  ++looks_;
  const Node& node = nodes_[at(index)];
  if (!relax(index, node.next, node.cost - (node.last ? frame_ : 0), no_buffer)) return false;
  // The frame's source may not have started earlier than the bound on the latency says.
  if (node.ends_frame && latency_ && !relax(index, base_[at(plan_.source)], node.cost - *latency_, latency_arc))
    return false;
  const int row_arcs_end = nodes_[at(index) + 1].row_arcs;
  for (int arc = node.row_arcs; arc < row_arcs_end; ++arc)
    if (!relax(index, rows_[at(arc)].to, rows_[at(arc)].length, no_buffer)) return false;
  return scan_space(index);
}

bool ScheduleGraph::scan_space(int index) {
  const Node& node = nodes_[at(index)];
  const int slots_end = nodes_[at(index) + 1].slots;
  for (int i = node.slots; i < slots_end; ++i) {
    const Slot& slot = slots_[at(i)];
    const BufferEnds& buffer = buffers_[at(slot.buffer)];
    if (buffer.capacity == unlimited_rows) continue;
    Time length = node.cost + buffer.delay;
    Rows later = slot.row + buffer.rest;
    if (later >= buffer.rows) {
      later -= buffer.rows;
      length -= frame_;
    }
    if (!relax(index, buffer.node_of_row[static_cast<std::size_t>(later)], length, slot.buffer)) return false;
  }
  return true;
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
  if (places_[at(node)].first_child == none) return true;
  stack_.assign(1, node);
  for (std::size_t next = 0; next < stack_.size(); ++next) {
    for (int child = places_[at(stack_[next])].first_child; child != none; child = places_[at(child)].next) {
      if (child == searched) return false;
      stack_.push_back(child);
      if (places_[at(child)].queued == Place::waiting) places_[at(child)].queued = Place::passed_over;
    }
  }
  places_[at(node)].first_child = none;
  for (std::size_t next = 1; next < stack_.size(); ++next) {
    Place& place = places_[at(stack_[next])];
    place.parent = place.first_child = place.next = place.previous = none;
  }
  return true;
}

void ScheduleGraph::detach(int node) {
  Place& place = places_[at(node)];
  if (place.parent == none) return;
  (place.previous == none ? places_[at(place.parent)].first_child : places_[at(place.previous)].next) = place.next;
  if (place.next != none) places_[at(place.next)].previous = place.previous;
  place.parent = place.next = place.previous = none;
}

void ScheduleGraph::attach(int node, int parent, int buffer) {
  Place &place = places_[at(node)], &above = places_[at(parent)];
  place.parent = parent;
  place.buffer = buffer;
  place.next = above.first_child;
  if (place.next != none) places_[at(place.next)].previous = node;
  above.first_child = node;
  touch(node);
  touch(parent);
}

void ScheduleGraph::touch(int node) {
  if (places_[at(node)].touched) return;
  places_[at(node)].touched = true;
  touched_.push_back(node);
}

void ScheduleGraph::enqueue(int node) {
  Place& place = places_[at(node)];
  if (place.queued == Place::out) {
    const std::size_t slot = queue_head_ + queue_size_;
    queue_[slot < queue_.size() ? slot : slot - queue_.size()] = node;
    ++queue_size_;
    touch(node);
  }
  place.queued = Place::waiting;
}

}  // namespace rowflow

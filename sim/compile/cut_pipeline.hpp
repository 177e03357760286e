// Stretches of a lowered pipeline that are on the device one after another (rule T17): what crosses a cut, and the
// pipeline of one stretch with sources and sinks where it was cut.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/compile/lowering.hpp"

namespace rowflow {

/// Stages `first` … `last` − 1 of cuttable_stages().
struct PipelinePart {
  int first = 0, last = 0;
  std::shared_ptr<const Lowered> whole = nullptr;  ///< the pipeline that it is a part of; none: lowered when needed
  bool operator==(const PipelinePart& o) const { return first == o.first && last == o.last; }
};

/// Indices of the stages that parts are made of, in the canonical topological order: all but the source and sinks.
std::vector<int> cuttable_stages(const Plan& plan);

/// Bytes a frame of the tensors that cross the cut in front of each stage of cuttable_stages(), each counted once
/// however many read it behind the cut (T20); the network's input counts where it is read again. Index 0: none.
std::vector<Bytes> crossing_bytes(const Plan& plan);

/// The stages of one part. A tensor that comes from an earlier part, or the network's input in a later one, is read
/// from the host's memory by a stage of kind source, "<consumer>.read", for each stage that reads it; the part's first
/// one is its paced source (T6). All others run as far ahead as their buffer allows, and that is a prefetch buffer
/// (T15): so a skip does not pile up on the chip. A tensor that a later part reads is written by a sink,
/// "<producer>.write", unless it is an output of the network, which is written anyway. SE blocks that are cut, from
/// squeeze to scale, are no blocks of the part (T21).
Lowered cut_pipeline(const Lowered& whole, const PipelinePart& part);

/// Names of the layers whose SE block a cut in front of stage `position` of cuttable_stages() goes through.
std::vector<std::string> blocks_cut_at(const Plan& plan, int position);

}  // namespace rowflow

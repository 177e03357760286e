// The cheapest buffers of one pipeline: searched for, mapped, and searched for again until both agree.
#pragma once

#include <optional>

#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/metrics/size_result.hpp"
#include "sim/studies/size/size.hpp"

namespace rowflow {

/// What one of several contexts has to keep; where its pipeline cannot, the least it can.
struct ContextTarget {
  Ratio interval;
  Cycles latency = 0;  ///< frame f completes at most latency + f · interval after the first starts
};

class Sizing {
 public:
  /// The arguments must outlive this. The pipeline is the options' part of the network, or all of it.
  Sizing(const Network& network, const Device& device, const EvaluateOptions& options, const SizeOptions& wanted,
         std::optional<ContextTarget> target = {});

  /// `configured`: the same pipeline as the options have it.
  SizeResult run(RunResult configured);

 private:
  struct Found {
    Plan pipeline;  ///< with full-rate depths
    Smallest smallest;
    Ratio target;
    std::optional<Cycles> latency;
  };

  void add_latencies(std::vector<FrontPoint>& front) const;
  bool settle(SizeResult& result);
  void search_longer(SizeResult& result);
  RunResult answer_of(const Found& found) const;
  void prefer(Found of_configured, SizeResult& result);
  bool leads_to(const Smallest& smallest, Plan& mapped) const;
  void search_from(Plan plan, bool as_mapped);
  bool aim(SizeResult& result);
  SmallestOptions search_options(std::int64_t share) const;
  void check(const SizeResult& result) const;

  const Network& network_;
  const Device& device_;
  const EvaluateOptions& options_;
  const SizeOptions& wanted_;
  const std::optional<ContextTarget> target_;
  bool pinned_ =
      false;  ///< the configured plan fits: the search begins with it, and what it has outside L3 stays there
  Plan nothing_spilled_;
  Found now_;
  std::vector<Rows> at_least_;
};

}  // namespace rowflow

// The oracle's own view of a plan, read from its JSON. Private to the oracle.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/support/oracle.hpp"

namespace rowflow::oracle {

struct InputPort {
  std::size_t buffer = 0;
  std::vector<Int> needs, releases;
};

struct OutputPort {
  std::size_t buffer = 0;
  std::vector<Int> emits;
};

struct StageSpec {
  std::string name, kind;
  Int latency = 0;
  std::vector<Int> cost;
  std::vector<InputPort> inputs;
  std::vector<OutputPort> outputs;
};

struct BufferSpec {
  std::string name;
  std::size_t from = 0, to = 0;
  Int rows = 0, capacity = 0;  ///< capacity 0: unlimited
  Int transfer_latency = 0, credit_latency = 0;
};

struct PlanSpec {
  std::vector<StageSpec> stages;
  std::vector<BufferSpec> buffers;
  std::size_t source = 0;
  Int frame_period = 0, row_interval = 0, row_remainder = 0;
};

/// Throws std::runtime_error on a missing key, an unknown name or a broken rule T1.
PlanSpec read_plan(const nlohmann::json& json);

}  // namespace rowflow::oracle

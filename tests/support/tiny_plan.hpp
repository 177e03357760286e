// Plans written by hand, directly as rowflow.plan/1, with the numbers of a test case in sight.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rowflow::test {

/// Of a buffer, T3 and T4.
struct Latencies {
  std::int64_t transfer = 0, credit = 0;
};

class TinyPlan {
 public:
  using Int = std::int64_t;
  using Table = std::vector<Int>;

  TinyPlan& stage(const std::string& name, const std::string& kind, const Table& cost, Int latency = 0);
  /// A buffer named from->to; capacity 0 = unlimited.
  TinyPlan& buffer(const std::string& from, const std::string& to, Int rows, Int capacity, const Table& emits,
                   const Table& needs, const Table& releases, Latencies latencies = {});
  /// One row a step at both ends.
  TinyPlan& rows(const std::string& from, const std::string& to, Int rows, Int capacity, Latencies latencies = {});
  TinyPlan& pace(Int frame_period, Int row_interval, Int row_remainder = 0);
  nlohmann::json document() const;

 private:
  nlohmann::json& find(const std::string& name);
  nlohmann::json stages_ = nlohmann::json::array(), buffers_ = nlohmann::json::array();
  nlohmann::json source_ = {{"stage", "source"}, {"frame_period", 0}, {"row_interval", 0}};
};

/// One row a frame: a stage of cost 100 and latency 1000 in front of a buffer of 8 rows.
TinyPlan latency_behind_buffer();

/// One row a frame: stages of 1000 and 1001 cycles with `capacity` rows between them.
TinyPlan drift(std::int64_t capacity);

}  // namespace rowflow::test

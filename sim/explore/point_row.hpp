// One finished point as the results database holds it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/explore/inputs.hpp"
#include "sim/explore/sweep.hpp"
#include "sim/metrics/columns.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

struct PointRow {
  std::string id;                         ///< hash of everything that determines the point
  std::string status;                     ///< ok | deadlock | does_not_fit | input_error | defect | crashed
  std::string reason;                     ///< in words, unless ok
  std::vector<Cell> figures;              ///< as point_columns(); empty when nothing could be computed
  std::vector<std::vector<Cell>> blocks;  ///< a line an SE block, as block_columns()
  std::string whole;                      ///< the whole result as JSON, when kept
};

enum class Keep { scalars, blocks, full };  ///< blocks: scalars and a line an SE block; full: the whole result beside

/// The settings of a point as stored beside its row, and back. Everything that determines the point, contents by their hashes.
nlohmann::json settings_json(const Sweep& sweep, const SweepInputs& inputs, const PointSettings& point);
PointSettings settings_from(const nlohmann::json& json);

/// The point's id.
std::string point_id(const Sweep& sweep, const SweepInputs& inputs, const PointSettings& point);

/// Evaluates points one after the other; keeps what consecutive points share.
class PointEvaluator {
 public:
  /// `sweep` and `inputs` must outlive it. `whole`: the result as JSON, for Keep::full.
  PointEvaluator(const Sweep& sweep, const SweepInputs& inputs, Keep keep, std::function<std::string(const RunResult&)> whole);
  /// Never throws for what is wrong with the point: that is its status and reason. The id is left empty.
  PointRow operator()(const PointSettings& point);

 private:
  RunResult evaluated(const PointSettings& point);

  const Sweep& sweep_;
  const SweepInputs& inputs_;
  Keep keep_;
  std::function<std::string(const RunResult&)> whole_;
  PointSettings previous_;
  std::optional<Network> network_;
  std::map<std::map<std::string, std::string>, Device> devices_;  ///< the latest ones by their figures
};

/// From one process to another.
std::string pack(const PointRow& row);
PointRow unpack(const std::string& bytes);

}  // namespace rowflow

// One finished point as the results database holds it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/metrics/columns.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/point/bind.hpp"

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

/// The settings of a point as stored beside its row: its knobs by name, and the hashes of the contents they name.
nlohmann::json stored_settings(const DesignPoint& point, const Contents& contents);

/// The point's id: a hash of the program's version and of what every knob comes to, given or not, contents in place of
/// names.
std::string point_id(const DesignPoint& point, const Contents& contents, const std::string& version);

/// Evaluates points one after the other; keeps what consecutive points share.
class PointEvaluator {
 public:
  /// `contents` must outlive it. `whole`: the result as JSON, for Keep::full. Points are evaluated on the event graph;
  /// those that `checked` names by the SystemC model, compared with it.
  PointEvaluator(const Contents& contents, Keep keep, std::function<std::string(const RunResult&)> whole,
                 std::function<bool(const DesignPoint&)> checked = {});
  /// Never throws for what is wrong with the point: that is its status and reason. The id is left empty.
  PointRow operator()(const DesignPoint& point);

 private:
  RunResult evaluated(const DesignPoint& point);

  const Contents& contents_;
  Keep keep_;
  std::function<std::string(const RunResult&)> whole_;
  std::function<bool(const DesignPoint&)> checked_;
  DesignPoint previous_;
  std::optional<Network> network_;
  std::map<DesignPoint::Values, Device> devices_;  ///< the latest ones by their figures and name
};

/// From one process to another.
std::string pack(const PointRow& row);
PointRow unpack(const std::string& bytes);

}  // namespace rowflow

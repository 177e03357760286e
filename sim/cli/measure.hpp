// What `penalties` and `tune --verify` share: from the command line to a measurement in ONNX Runtime.
#pragma once

#include "sim/cli/points_bar.hpp"
#include "sim/cli/request.hpp"
#include "sim/studies/penalties/measuring.hpp"

namespace rowflow {

/// How to measure, as far as options say: model, import, jobs, progress. Without data, metric and folder.
MeasureSetup measure_setup(const Request& request, PointsBar& bar);

/// Data and metric, as `penalties` is given them.
MeasuredWith measured_with(const Request& request);

/// A folder under the system's for temporary files, gone with this.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace rowflow

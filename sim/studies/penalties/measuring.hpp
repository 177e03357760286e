// Losses of a model with tiled blocks against the model as it is: both in ONNX Runtime, on the user's data.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/penalties_file.hpp"
#include "sim/import/export.hpp"
#include "sim/import/import.hpp"
#include "sim/network/network.hpp"
#include "sim/studies/penalties/measured_before.hpp"

namespace rowflow {

struct MeasureSetup {
  std::string model;  ///< an ONNX file
  ImportOptions import;
  MeasuredWith with;              ///< data, metric, threshold, labels, preprocess; the rest is found out
  std::int64_t most_samples = 0;  ///< 0: all there are
  int jobs = 1;                   ///< processes at once
  std::string folder;             ///< of what is known already and of outputs
  std::function<void(std::uint64_t done, std::uint64_t total, std::uint64_t computed)> progress;  ///< may be empty
};

/// Rows a tile of the blocks that are tiled, or static_gate; the others are full.
using BlockHeights = std::map<std::string, Rows>;

struct MeasuredLoss {
  double penalty = 0;                    ///< mean over the samples, 0 where it is a gain
  std::optional<double> standard_error;  ///< of the mean; none of a program's figure
};

struct MeasuredBlock {
  std::string layer;
  Rows height = 0;
};

/// Whether a metric is one of the worker's own; else it is the path of a program.
bool is_known_metric(const std::string& metric);

class Measuring {
 public:
  /// Reads the data's names, tries the runtime, and takes up what the folder knows. Throws InputError.
  explicit Measuring(MeasureSetup setup);

  const std::vector<MeasuredBlock>& blocks() const { return blocks_; }
  const MeasuredWith& with() const { return setup_.with; }
  /// Parts that were measured before, by a run that was stopped.
  std::size_t known_before() const { return known_before_; }
  /// In the order of `choices`. Parts that are known are not measured again.
  std::vector<MeasuredLoss> measure(const std::vector<BlockHeights>& choices);
  /// Of measurements in mode static: means of the gates over the samples. Empty before the first.
  const Gates& gates() const { return gates_; }
  /// Removes the folder.
  void forget() { before_->forget(); }

 private:
  struct Task {
    std::string key;  ///< original, gates, or that of the heights
    BlockHeights choice;
    int part = 0, parts = 1;
  };

  void read_blocks();
  int describe();
  void take_up(int parts);
  nlohmann::json job(const std::string& task) const;
  std::string in_folder(const std::string& name) const;
  int parts_of(const BlockHeights& choice) const;
  SampleSums sums_of(const std::string& key, int parts) const;
  std::vector<double> mean_energies(const std::string& key) const;
  void calibrate();
  nlohmann::json tiled_job(const Task& task, const std::string& name) const;
  std::vector<Task> open_parts(const std::string& key, const BlockHeights& choice) const;
  std::string run(const Task& task) const;
  void run_all(const std::vector<Task>& tasks, std::size_t total);
  MeasuredLoss sum_of(const BlockHeights& choice) const;

  MeasureSetup setup_;
  std::vector<std::string> files_;
  Shape input_;
  std::vector<MeasuredBlock> blocks_;
  Gates gates_;
  int parts_ = 1;  ///< into which the samples are divided
  std::size_t known_before_ = 0;
  std::unique_ptr<MeasuredBefore> before_;
};

}  // namespace rowflow

// The folder of a measurement under way: what is known already, so that it goes on where it was stopped.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rowflow {

/// Sums over some samples.
struct SampleSums {
  std::int64_t count = 0;
  double sum = 0;
  std::optional<double> squares;  ///< none: the metric has no value of a single sample
  std::vector<double> energies;   ///< of the original: Σ |output|² by output; of gates: Σ gate by channel
};

/// {"count": …, "sum": …, "squares": … or null, perhaps "energies": […]}.
SampleSums sums_from(const nlohmann::json& json);

class MeasuredBefore {
 public:
  using Part = std::pair<std::string, int>;  ///< which heights, which part of the samples

  /// Makes the folder, or goes on in it when it was made for the same `recipe`; else what it holds is removed. Throws
  /// InputError when the folder cannot be made or another process measures in it.
  MeasuredBefore(std::string folder, const nlohmann::json& recipe);
  ~MeasuredBefore();
  MeasuredBefore(const MeasuredBefore&) = delete;
  MeasuredBefore& operator=(const MeasuredBefore&) = delete;

  const std::string& folder() const { return folder_; }
  const SampleSums* find(const Part& part) const;
  void add(const Part& part, const SampleSums& sums);
  std::size_t size() const { return known_.size(); }
  /// Into how many parts the samples were divided; `wanted` when that is new.
  int parts(int wanted);
  /// Removes the folder.
  void forget();

 private:
  void start_anew(const nlohmann::json& recipe);
  void read();

  std::string folder_;
  int lock_ = -1, file_ = -1;
  std::map<Part, SampleSums> known_;
};

}  // namespace rowflow

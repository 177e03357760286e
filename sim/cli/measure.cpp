#include "sim/cli/measure.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "sim/base/error.hpp"
#include "sim/cli/jobs.hpp"
#include "sim/point/bind.hpp"

namespace rowflow {

MeasureSetup measure_setup(const Request& request, PointsBar& bar) {
  MeasureSetup setup;
  setup.model = request.model;
  setup.import = bind_import(request.point);
  setup.most_samples = request.samples;
  setup.jobs = jobs_of(request);
  setup.progress = [&bar](std::uint64_t done, std::uint64_t total, std::uint64_t computed) {
    bar.show(done, total, computed);
  };
  return setup;
}

MeasuredWith measured_with(const Request& request) {
  MeasuredWith with;
  with.data = request.data;
  with.metric = request.metric;
  with.threshold = request.threshold;
  if (request.point.given(Knob::se_mode)) with.se_mode = request.point.value(Knob::se_mode);
  with.labels = request.labels;
  if (!request.preprocess.empty()) with.preprocess = read_preprocess_file(request.preprocess);
  return with;
}

TemporaryFolder::TemporaryFolder() {
  std::error_code none;
  path_ = (std::filesystem::temp_directory_path(none) / "rowflow-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) throw InputError(path_, std::strerror(errno));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code none;
  std::filesystem::remove_all(path_, none);
}

}  // namespace rowflow

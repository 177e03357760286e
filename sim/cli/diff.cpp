// rowflow diff RESULT RESULT: exit status 1 when they differ.
#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/result_files.hpp"
#include "sim/report/result_diff.hpp"

namespace rowflow {

namespace {

std::string label_of(const nlohmann::ordered_json& result) {
  const auto network = result.value("network", nlohmann::ordered_json::object());
  const auto height = result.value("tile_height", nlohmann::ordered_json());
  return fmt::format("{}, T = {}", network.value("name", "?"),
                     height.is_string() ? height.get<std::string>() : json_text(height));
}

}  // namespace

int diff_command(const Request& request) {
  const auto first = read_results(request.files.at(0)), second = read_results(request.files.at(1));
  if (first.size() != second.size()) {
    throw InputError(request.files[1], fmt::format("found {} results, expected {} as in {}", second.size(),
                                                   first.size(), request.files[0]));
  }
  std::vector<ResultDiff> diffs;
  bool equal = true;
  for (std::size_t r = 0; r < first.size(); ++r) {
    diffs.push_back(diff_results(first[r], second[r], request.tolerance_percent));
    const std::string before = label_of(first[r]), after = label_of(second[r]);
    diffs.back().label = before == after ? before : fmt::format("{} against {}", before, after);
    equal = equal && diffs.back().empty();
    const auto status = first[r].value("status", "");
    if (diffs.back().empty() && status != "ok")
      diffs.back().note = fmt::format("both are \"{}\", so there is nothing that was measured", status);
  }
  write_output(request, reporter_of(request)->diff(diffs));
  return equal ? 0 : 1;
}

}  // namespace rowflow

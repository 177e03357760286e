#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/stopping.hpp"
#include "sim/base/whole_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/measure.hpp"
#include "sim/cli/output.hpp"
#include "sim/report/penalties_text.hpp"

namespace rowflow {

namespace {

std::vector<Rows> heights_below(const Request& request, Rows height) {
  std::vector<Rows> heights = request.heights;
  if (heights.empty()) heights = {14, 7, 4, 2, 1};
  std::sort(heights.rbegin(), heights.rend());
  heights.erase(std::unique(heights.begin(), heights.end()), heights.end());
  heights.erase(std::remove_if(heights.begin(), heights.end(), [&](Rows t) { return t >= height; }), heights.end());
  return heights;
}

std::string described(const MeasuredWith& with) {
  const char* form = with.se_mode == "tiled"        ? "tiled"
                     : with.se_mode == "cumulative" ? "tiled with cumulative means"
                                                    : "given factors (means over these samples) as its gate";
  return fmt::format("{} of {} with one block {} at a time, against the model as it is; {} samples of {}; {}",
                     metric_text(with.metric, !with.labels.empty()), with.model, form, with.samples, with.data,
                     with.runtime);
}

}  // namespace

int penalties_command(const Request& request) {
  if (!request.heights.empty() && request.point.value(Knob::se_mode) == "static")
    throw InputError("--heights", "found --se-mode static beside it, which has no tiles");
  if (request.out.empty()) throw InputError("penalties", "expected -o PENALTIES.json");
  PointsBar bar(request.quiet, "parts");
  MeasureSetup setup = measure_setup(request, bar);
  setup.with = measured_with(request);
  setup.folder = request.out + ".partial";
  Measuring measuring(std::move(setup));
  const bool is_static = measuring.with().se_mode == "static";
  std::vector<BlockHeights> choices;
  for (const MeasuredBlock& block : measuring.blocks()) {
    const std::vector<Rows> heights = is_static ? std::vector<Rows>{static_gate} : heights_below(request, block.height);
    for (const Rows height : heights) choices.push_back({{block.layer, height}});
  }
  if (choices.empty()) throw InputError("--heights", "expected a height below that of a block");
  if (measuring.known_before() > 0 && !request.quiet)
    message(fmt::format("goes on with {} parts that were measured before", measuring.known_before()));
  say_when_stopped("\nrowflow: stopped: the same command goes on where it was\n");
  const std::vector<MeasuredLoss> measured = measuring.measure(choices);
  say_when_stopped(nullptr);
  PenaltiesFile file{described(measuring.with()), {}, measuring.with(), measuring.gates()};
  std::vector<PenaltyRow> rows;
  for (const MeasuredBlock& block : measuring.blocks()) rows.push_back({block.layer, block.height, {}});
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto& [layer, height] = *choices[i].begin();
    file.penalties[layer][height] = measured[i].penalty;
    if (measured[i].standard_error) file.measured->standard_errors[layer][height] = *measured[i].standard_error;
  }
  write_whole_file(request.out, write_penalties_file(file));
  measuring.forget();
  for (PenaltyRow& row : rows) row.penalties = file.penalties[row.layer];
  Request to_terminal = request;
  to_terminal.out.clear();
  if (!request.quiet) write_output(to_terminal, penalties_text(file, rows, text_style(to_terminal)));
  return 0;
}

}  // namespace rowflow

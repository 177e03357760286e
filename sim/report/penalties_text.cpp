#include "sim/report/penalties_text.hpp"

#include <fmt/format.h>

#include <functional>
#include <set>

#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

std::string cell(const MeasuredWith& with, const PenaltyRow& row, std::int64_t height) {
  const auto penalty = row.penalties.find(height);
  if (penalty == row.penalties.end()) return "–";
  const auto layer = with.standard_errors.find(row.layer);
  const bool known = layer != with.standard_errors.end() && layer->second.count(height) > 0;
  return fmt::format("{:.4f}", penalty->second) + (known ? fmt::format(" ±{:.4f}", layer->second.at(height)) : "");
}

}  // namespace

std::string metric_text(const std::string& metric, bool labelled) {
  if (metric == "distance") return "relative distance of the outputs";
  if (metric == "top1") return labelled ? "loss of top-1 accuracy" : "share of samples whose top-1 class changes";
  if (metric == "iou") return "1 − IoU with the mask";
  return "figure of " + metric;
}

std::string penalties_text(const PenaltiesFile& file, const std::vector<PenaltyRow>& rows, const TextStyle& style) {
  std::set<std::int64_t, std::greater<>> heights;
  for (const PenaltyRow& row : rows) {
    for (const auto& entry : row.penalties) heights.insert(entry.first);
  }
  std::vector<Column> columns = {{"block", Align::left, 40}, {"H"}};
  for (const std::int64_t height : heights)
    columns.push_back({height == static_gate ? "static" : fmt::format("T = {}", height)});
  Table table(columns);
  for (const PenaltyRow& row : rows) {
    std::vector<std::string> cells = {row.layer, fmt::format("{}", row.height)};
    for (const std::int64_t height : heights) cells.push_back(cell(*file.measured, row, height));
    table.add(std::move(cells));
  }
  return wrap(file.description) + "\n" + table.text(style) + "\n" +
         wrap("± is the standard error of the mean over the samples. A loss below twice that is not told from none.");
}

}  // namespace rowflow

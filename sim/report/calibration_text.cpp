#include "sim/report/calibration_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/energy_text.hpp"

namespace rowflow {

namespace {

std::string whole(double fps) { return fmt::format("{:.0f}", fps); }
std::string ratio(double predicted, double measured) { return fmt::format("{:.2f}", predicted / measured); }
std::string percent(double error) { return fmt::format("{:.1f} %", 100 * error); }
std::string or_dash(const LogError& error, double LogError::*figure) {
  return error.count > 0 ? percent(error.*figure) : "–";
}

bool any(const Calibration& c, bool only_check, bool (*property)(const CalibratedNetwork&)) {
  return std::any_of(c.networks.begin(), c.networks.end(),
                     [&](const CalibratedNetwork& n) { return n.only_check == only_check && property(n); });
}

/// By the error of the network left out, where there is one.
std::vector<const CalibratedNetwork*> worst_first(const Calibration& c, bool only_check) {
  std::vector<const CalibratedNetwork*> sorted;
  for (const CalibratedNetwork& n : c.networks)
    if (n.only_check == only_check) sorted.push_back(&n);
  const auto error = [](const CalibratedNetwork* n) {
    return std::abs(std::log(n->left_out_fps.value_or(n->predicted_fps) / n->measured_fps));
  };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const auto* a, const auto* b) { return error(a) > error(b); });
  return sorted;
}

/// Columns that would say nothing are left out.
std::string network_table(const Calibration& c, bool only_check, const TextStyle& style) {
  const bool chips = c.devices.size() > 1, left_out = !c.parameters.empty() && !only_check;
  const bool before = any(c, only_check, [](const CalibratedNetwork& n) { return n.before_fps.has_value(); });
  std::vector<Column> columns{{"network", Align::left, 25}};
  if (chips) columns.push_back({"chip", Align::left, 12});
  for (const char* title : {"measured\nfps", "predicted\nfps", "ratio"}) columns.push_back({title});
  if (left_out) columns.push_back({"left out\nratio"});
  if (before) columns.push_back({"chip\nmoved"});
  columns.push_back({"limited by", Align::left, 20});
  columns.push_back({"3 limits\nratio"});
  if (!chips) columns.push_back({"by", Align::left});
  Table table(columns);
  for (const CalibratedNetwork* n : worst_first(c, only_check)) {
    std::vector<std::string> cells{n->name + (n->performance_mode ? " *" : "")};
    if (chips) cells.push_back(n->device);
    for (const std::string& cell :
         {whole(n->measured_fps), whole(n->predicted_fps), ratio(n->predicted_fps, n->measured_fps)})
      cells.push_back(cell);
    if (left_out) cells.push_back(n->left_out_fps ? ratio(*n->left_out_fps, n->measured_fps) : "–");
    if (before) cells.push_back(n->before_fps ? "×" + ratio(n->measured_fps, *n->before_fps) : "–");
    cells.push_back(n->limited_by);
    cells.push_back(ratio(n->baseline_fps, n->measured_fps));
    if (!chips) cells.push_back(n->baseline_limit);
    table.add(std::move(cells));
  }
  return table.empty() ? "" : table.text(style);
}

/// Means and medians: all together, and by what tells networks apart.
std::string group_table(const Calibration& c, bool only_check, const TextStyle& style) {
  const bool left_out = !c.parameters.empty() && !only_check;
  const bool before = any(c, only_check, [](const CalibratedNetwork& n) { return n.before_fps.has_value(); });
  std::vector<Column> columns{{"", Align::left}, {"", Align::left, 20}, {"n"}, {"mean"}, {"median"}};
  if (left_out) columns.insert(columns.end(), {{"left out\nmean"}, {"\nmedian"}});
  if (before) columns.insert(columns.end(), {{"chip moved\nmean"}, {"\nmedian"}, {"\nn"}});
  Table table(columns);
  std::string last;
  for (const CalibrationGroup& group : c.groups) {
    if (group.only_check != only_check) continue;
    std::vector<std::string> cells{group.by == last ? "" : group.by, group.by == "all" ? "" : group.name,
                                   fmt::format("{}", group.predicted.count), percent(group.predicted.mean),
                                   percent(group.predicted.median)};
    last = group.by;
    if (left_out) {
      cells.push_back(or_dash(group.left_out, &LogError::mean));
      cells.push_back(or_dash(group.left_out, &LogError::median));
    }
    if (before) {
      cells.push_back(or_dash(group.moved, &LogError::mean));
      cells.push_back(or_dash(group.moved, &LogError::median));
      cells.push_back(group.moved.count > 0 ? fmt::format("{}", group.moved.count) : "–");
    }
    table.add(std::move(cells));
  }
  return "\n" + style.bold("|ln(predicted / measured)|") + "\n" + table.text(style);
}

std::string parameter_table(const Calibration& c, const TextStyle& style) {
  if (c.parameters.empty()) return "";
  Table table({{"parameter", Align::left}, {"value"}, {"fitted"}, {"reason", Align::left}});
  for (const FittedParameter& p : c.parameters)
    table.add({p.pointer, fmt::format("{}", p.value), fmt::format("{}", p.fitted), p.reason});
  return "\n" + style.bold("Fitted parameters") + "\n" + table.text(style);
}

std::string power_text(const PowerCalibration& power, const TextStyle& style) {
  std::string text = style.bold(fmt::format("{}: power of the board", power.readings.front().device)) + "\n";
  Table table({{"network", Align::left, 24},
               {"GMAC"},
               {"fps"},
               {"measured\nW"},
               {"predicted\nW"},
               {"ratio"},
               {"left out\nratio"}});
  for (const CalibratedPower& r : power.readings)
    table.add({r.network, fmt::format("{:.2f}", r.gmacs), fmt::format("{:.1f}", r.fps), three_digits(r.watts),
               three_digits(r.predicted_watts), ratio(r.predicted_watts, r.watts), ratio(r.left_out_watts, r.watts)});
  text += table.text(style);
  const auto error = [](const LogError& e) { return fmt::format("{} (n = {})", percent(e.mean), e.count); };
  text +=
      wrap(fmt::format("mean |ln(predicted / measured)|: {}; left out {}; a constant {}; floor, readings of one "
                       "network at alike rates on several boards: {}",
                       error(power.predicted), error(power.left_out), error(power.constant), error(power.scatter)));
  return text + wrap(fmt::format("Fitted to all: {:.3f} W + {:.3f} pJ a MAC, which gives {}.", power.static_watts,
                                 power.picojoules_per_mac, percent(power.fitted.mean)));
}

/// Networks that are fitted to, or (in a second table, never mixed in) those that are not.
std::string part(const Calibration& c, bool only_check, double error, double baseline_error, const TextStyle& style) {
  const std::string left_out =
      c.parameters.empty() || only_check
          ? ""
          : fmt::format("; left out {} (each network predicted with the parameters fitted to the others)",
                        percent(c.left_out_error));
  std::string text = network_table(c, only_check, style);
  text +=
      wrap(fmt::format("mean |ln(predicted / measured)|: {}{}; three-limit formula, with {:.0f} % of the "
                       "subclusters: {}",
                       percent(error), left_out, 100 * c.baseline_share, percent(baseline_error)));
  if (any(c, only_check, [](const CalibratedNetwork& n) { return n.performance_mode; }))
    text += wrap("*: compiled in performance mode.");
  if (!c.before.empty() && any(c, only_check, [](const CalibratedNetwork& n) { return n.before_fps.has_value(); }))
    text += wrap("Chip moved: the measured figure against that of the same chip with an earlier compiler, " + c.before);
  return text + group_table(c, only_check, style);
}

}  // namespace

std::string calibration_text(const Calibration& c, const TextStyle& style) {
  std::string text;
  const bool fitted = any(c, false, [](const CalibratedNetwork&) { return true; });
  if (!c.networks.empty())
    text +=
        style.bold(fmt::format("{}: predicted against measured throughput, worst first", fmt::join(c.devices, ", "))) +
        "\n";
  if (fitted) text += part(c, false, c.error, c.baseline_error, style);
  if (c.check_error)
    text += "\n" + style.bold("Not fitted to") + "\n" + part(c, true, *c.check_error, *c.check_baseline_error, style);
  text += parameter_table(c, style);
  if (!c.parameters.empty())
    text += wrap(fmt::format(
        "The fitted values give {}. Throughput tests the allocation; only depths and latencies test the streaming.",
        percent(c.fitted_error)));
  if (c.power) text += (text.empty() ? "" : "\n") + power_text(*c.power, style);
  for (const std::string& source : c.sources) text += wrap("Measured: " + source);
  return text;
}

}  // namespace rowflow

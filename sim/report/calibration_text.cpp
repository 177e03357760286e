#include "sim/report/calibration_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

std::string whole(double fps) { return fmt::format("{:.0f}", fps); }
std::string ratio(double predicted, double measured) { return fmt::format("{:.2f}", predicted / measured); }
std::string percent(double error) { return fmt::format("{:.1f} %", 100 * error); }

std::string network_table(const Calibration& c, bool only_check, const TextStyle& style) {
  Table table({{"network", Align::left, 24},
               {"measured\nfps"},
               {"predicted\nfps"},
               {"ratio"},
               {"left out\nratio"},
               {"limited by", Align::left, 20},
               {"three limits\nratio"},
               {"by", Align::left}});
  for (const CalibratedNetwork& n : c.networks) {
    if (n.only_check != only_check) continue;
    table.add({n.name, whole(n.measured_fps), whole(n.predicted_fps), ratio(n.predicted_fps, n.measured_fps),
               n.left_out_fps ? ratio(*n.left_out_fps, n.measured_fps) : "–", n.limited_by,
               ratio(n.baseline_fps, n.measured_fps), n.baseline_limit});
  }
  return table.empty() ? "" : table.text(style);
}

std::string parameter_table(const Calibration& c, const TextStyle& style) {
  if (c.parameters.empty()) return "";
  Table table({{"parameter", Align::left}, {"value"}, {"fitted"}, {"reason", Align::left}});
  for (const FittedParameter& p : c.parameters)
    table.add({p.pointer, fmt::format("{}", p.value), fmt::format("{}", p.fitted), p.reason});
  return "\n" + style.bold("Fitted parameters") + "\n" + table.text(style);
}

}  // namespace

std::string calibration_text(const Calibration& c, const TextStyle& style) {
  const std::string baseline =
      fmt::format("three-limit formula, with {:.0f} % of the subclusters", 100 * c.baseline_share);
  std::string text = style.bold(fmt::format("{}: predicted against measured throughput", c.device)) + "\n" +
                     network_table(c, false, style);
  if (c.error > 0) {
    const std::string left_out =
        c.parameters.empty()
            ? ""
            : fmt::format("; left out {} (each network predicted with the parameters fitted to the others)",
                          percent(c.left_out_error));
    text += wrap(fmt::format("mean |ln(predicted / measured)|: {}{}; {}: {}", percent(c.error), left_out, baseline,
                             percent(c.baseline_error)));
  }
  if (c.check_error) {
    text += "\n" + style.bold("Not fitted to") + "\n" + network_table(c, true, style);
    text += wrap(fmt::format("mean |ln(predicted / measured)|: {}; {}: {}", percent(*c.check_error), baseline,
                             percent(*c.check_baseline_error)));
  }
  text += parameter_table(c, style);
  if (!c.parameters.empty())
    text += wrap(fmt::format(
        "The fitted values give {}. Throughput tests the allocation; only depths and latencies test the streaming.",
        percent(c.fitted_error)));
  return text + (c.source.empty() ? "" : wrap("Measured: " + c.source));
}

std::string calibration_json(const Calibration& c) {
  using Json = nlohmann::ordered_json;
  Json networks = Json::array(), parameters = Json::array();
  for (const CalibratedNetwork& n : c.networks)
    networks.push_back({{"name", n.name},
                        {"measured_fps", n.measured_fps},
                        {"predicted_fps", n.predicted_fps},
                        {"limited_by", n.limited_by},
                        {"left_out_fps", n.left_out_fps ? Json(*n.left_out_fps) : Json()},
                        {"baseline_fps", n.baseline_fps},
                        {"baseline_limit", n.baseline_limit},
                        {"only_check", n.only_check}});
  for (const FittedParameter& p : c.parameters)
    parameters.push_back({{"parameter", p.pointer}, {"value", p.value}, {"fitted", p.fitted}, {"reason", p.reason}});
  const auto known = [](const std::optional<double>& error) { return error ? Json(*error) : Json(); };
  const Json document = {{"schema", "rowflow.calibration/1"},
                         {"version", version()},
                         {"device", c.device},
                         {"source", c.source},
                         {"networks", std::move(networks)},
                         {"parameters", std::move(parameters)},
                         {"error", c.error},
                         {"left_out_error", c.left_out_error},
                         {"baseline_error", c.baseline_error},
                         {"baseline_share", c.baseline_share},
                         {"fitted_error", c.fitted_error},
                         {"check_error", known(c.check_error)},
                         {"check_baseline_error", known(c.check_baseline_error)}};
  return json_text(document, 1) + "\n";
}

}  // namespace rowflow

#include "sim/report/energy_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "sim/metrics/energy.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

namespace {

constexpr std::size_t kinds_shown = 3;

std::string spread_text(const Spread& spread, double unit) {
  return fmt::format("{} ({}–{})", three_digits(spread.value * unit), three_digits(spread.low * unit),
                     three_digits(spread.high * unit));
}

std::string share(double part, double whole) { return fmt::format("{:.0f} %", whole > 0 ? 100 * part / whole : 0); }

/// "static 41 %, conv 30 %, pointwise 20 %, other 9 %": kinds of stages by what they spend.
std::string spenders(const Energy& energy) {
  std::vector<std::pair<double, std::string>> kinds;
  for (const auto& [kind, joules] : energy.kinds) kinds.emplace_back(joules, to_string(kind));
  std::stable_sort(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  const double whole = energy.frame_joules.value;
  std::string text = "static " + share(energy.static_joules, whole);
  double rest = 0;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    if (k < kinds_shown)
      text += fmt::format(", {} {}", kinds[k].second, share(kinds[k].first, whole));
    else
      rest += kinds[k].first;
  }
  return rest > 0 ? text + ", other " + share(rest, whole) : text;
}

std::string parts_text(const Energy& energy) {
  std::string text;
  for (std::size_t p = 0; p < energy.dynamic.parts.size(); ++p) {
    if (energy.dynamic.parts[p] <= 0) continue;
    const auto which = static_cast<EnergyPart>(p);
    const std::string name(which == EnergyPart::macs ? "MACs" : to_string(which));
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name,
                        share(energy.dynamic.parts[p], energy.dynamic.joules.value));
  }
  return text;
}

}  // namespace

std::string three_digits(double value) {
  const double size = std::abs(value);
  const int digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return fmt::format("{:.{}f}", value, digits);
}

std::string energy_lines(const RunResult& result, bool parts) {
  const auto spent = energy(result);
  if (!spent) return "";
  const std::string text =
      wrap(fmt::format("  energy       {} mJ a frame, {} W; {}", spread_text(spent->frame_joules, 1e3),
                       spread_text(spent->watts, 1), spenders(*spent)),
           15);
  if (!parts) return text;
  return text +
         wrap(fmt::format("               of what is not static, by assumed shares: {}", parts_text(*spent)), 15);
}

std::string energy_cell(const RunResult& result) {
  const auto spent = energy(result);
  return spent ? three_digits(spent->frame_joules.value * 1e3) : "–";
}

}  // namespace rowflow

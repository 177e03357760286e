#include "tests/rtl/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "tests/rtl/statistics.hpp"

namespace rowflow::rtl {
namespace {

double percent(int part, int whole) { return whole == 0 ? 0 : 100.0 * part / whole; }

enum class Kind { all, se, tse };

bool is(const Comparison& x, Kind kind) { return kind == Kind::all || x.configuration.is_se() == (kind == Kind::se); }

std::vector<double> errors(const std::vector<Comparison>& all, Of model, Of hardware, Goal goal, Kind kind) {
  std::vector<double> list;
  for (const Comparison& x : all) {
    const Figures &m = x.*model, &h = x.*hardware;
    if (!is(x, kind) || m.deadlock || h.deadlock) continue;
    list.push_back(goal == Goal::interval ? error_percent(m.interval(), h.interval())
                                          : error_percent(m.latency(), h.latency()));
  }
  return list;
}

/// Of the completion of each frame.
std::vector<double> frame_errors(const std::vector<Comparison>& all, Of model, Of hardware) {
  std::vector<double> list;
  for (const Comparison& x : all) {
    const Figures &m = x.*model, &h = x.*hardware;
    for (std::size_t f = 0; !m.deadlock && !h.deadlock && f < h.completion.size(); ++f)
      list.push_back(error_percent(static_cast<double>(m.completion[f]), static_cast<double>(h.completion[f])));
  }
  return list;
}

std::string row(const std::string& label, const Distribution& d) {
  return fmt::format("| {} | {} | {:+.2f} | {:.2f} | {:.2f} | {:.2f} |\n", label, d.count, d.mean, d.median, d.p95,
                     d.worst);
}

const char* header = "| error, % | n | mean (signed) | median | 95th percentile | worst |\n|---|---|---|---|---|---|\n";

int same_verdicts(const std::vector<Comparison>& all, Of model, Of hardware) {
  return static_cast<int>(std::count_if(
      all.begin(), all.end(), [&](const Comparison& x) { return (x.*model).deadlock == (x.*hardware).deadlock; }));
}

/// Of all buffers' peaks, per cent within a row.
double peaks_within_a_row(const std::vector<Comparison>& all, Of model, Of hardware) {
  int within = 0, count = 0;
  for (const Comparison& x : all)
    for (std::size_t e = 0; e < edge_count; ++e)
      if ((x.*hardware).peak[e]) {
        ++count;
        within += std::abs(*(x.*model).peak[e] - *(x.*hardware).peak[e]) <= 1 ? 1 : 0;
      }
  return percent(within, count);
}

/// Largest difference of a buffer's peak, rows.
int peak_difference(const std::vector<Comparison>& all, Of model, Of hardware) {
  int most = 0;
  for (const Comparison& x : all)
    for (std::size_t e = 0; e < edge_count; ++e)
      if ((x.*hardware).peak[e]) most = std::max(most, std::abs(*(x.*model).peak[e] - *(x.*hardware).peak[e]));
  return most;
}

int same_frames(const std::vector<Comparison>& all, Of model, Of hardware) {
  return static_cast<int>(std::count_if(
      all.begin(), all.end(), [&](const Comparison& x) { return (x.*model).completion == (x.*hardware).completion; }));
}

std::string rows_table(const std::vector<Comparison>& all) {
  std::vector<double> proven;
  for (const Comparison& x : all)
    if (x.proven && !x.rows.deadlock) proven.push_back(error_percent(*x.proven, x.rows.interval()));
  const auto deadlocks = std::count_if(all.begin(), all.end(), [](const Comparison& x) { return x.rows.deadlock; });
  const auto of = [&](Goal goal) {
    return distribution(errors(all, &Comparison::simulator, &Comparison::rows, goal, Kind::all));
  };
  std::string text = fmt::format("### Row-synchronous hand-over\n\n{} configurations, {} of them deadlock.\n\n",
                                 all.size(), deadlocks);
  text += header + row("steady interval, same frames", of(Goal::interval)) +
          row("steady interval, as proven by T11", distribution(proven)) + row("isolated latency", of(Goal::latency));
  text += fmt::format("\n- deadlock verdict identical: {} of {}\n- every frame's completion identical: {} of {}\n",
                      same_verdicts(all, &Comparison::simulator, &Comparison::rows), all.size(),
                      same_frames(all, &Comparison::simulator, &Comparison::rows), all.size());
  return text + fmt::format("- peak occupancy: largest difference of any buffer {} rows\n\n",
                            peak_difference(all, &Comparison::simulator, &Comparison::rows));
}

std::string best_line(const std::vector<Comparison>& all, Of model, Goal goal) {
  const BestTile best = best_tile(all, model, &Comparison::pixels, goal);
  return fmt::format("- same best T by {}: {} of {} groups ({:.0f} %); as good within 0.5 %: {} ({:.0f} %)\n",
                     goal == Goal::interval ? "interval" : "isolated latency", best.same, best.groups,
                     100.0 * best.same / best.groups, best.as_good, percent(best.as_good, best.groups));
}

std::string pixels_table(const std::vector<Comparison>& all, const std::string& title, Of model) {
  std::string text = "### " + title + "\n\n" + header;
  for (const Goal goal : {Goal::interval, Goal::latency}) {
    const std::string name = goal == Goal::interval ? "steady interval" : "isolated latency";
    text += row(name + ", SE", distribution(errors(all, model, &Comparison::pixels, goal, Kind::se)));
    text += row(name + ", TSE", distribution(errors(all, model, &Comparison::pixels, goal, Kind::tse)));
    text += row(name + ", SE − TSE (% of SE)", distribution(difference_errors(all, model, &Comparison::pixels, goal)));
  }
  text += row("completion of every frame", distribution(frame_errors(all, model, &Comparison::pixels)));
  text += fmt::format("\n- deadlock verdict identical: {} of {}\n", same_verdicts(all, model, &Comparison::pixels),
                      all.size());
  return text + best_line(all, model, Goal::interval) + best_line(all, model, Goal::latency) +
         fmt::format("- peak occupancy: {:.0f} % of the buffers within a row, largest difference {} rows\n\n",
                     peaks_within_a_row(all, model, &Comparison::pixels),
                     peak_difference(all, model, &Comparison::pixels));
}

}  // namespace

std::string tables(const std::vector<Comparison>& all) {
  std::vector<Comparison> roomy;
  for (const Comparison& x : all)
    if (x.configuration.roomy()) roomy.push_back(x);
  const std::string pixels = "Pixel-streaming hand-over, ";
  return rows_table(all) + pixels_table(all, pixels + "rules as they stand", &Comparison::simulator) +
         pixels_table(roomy, pixels + "rules as they stand, only configurations whose buffers all have a row to spare",
                      &Comparison::simulator) +
         pixels_table(all, pixels + "rules as they stand on buffers one row deeper", &Comparison::deeper) +
         pixels_table(all, pixels + "forwarding of data alone", &Comparison::forward_data) +
         pixels_table(all, pixels + "row forwarding (T16)", &Comparison::forward);
}

std::string csv(const std::vector<Comparison>& all) {
  std::string text =
      "group,tile,se,rows_latency,rows_interval,pixels_latency,pixels_interval,simulator_latency,simulator_interval,"
      "forward_latency,forward_interval\n";
  for (const Comparison& x : all) {
    text += fmt::format("{},{},{}", x.configuration.group, x.configuration.tile_rows(), x.configuration.is_se());
    for (const Of of : {&Comparison::rows, &Comparison::pixels, &Comparison::simulator, &Comparison::forward})
      text += (x.*of).deadlock ? ",," : fmt::format(",{},{:.2f}", (x.*of).latency(), (x.*of).interval());
    text += "\n";
  }
  return text;
}

std::vector<std::string> failures(const std::vector<Comparison>& all) {
  std::vector<std::string> list;
  const auto expect = [&](bool ok, const Comparison& x, const std::string& what) {
    if (!ok) list.push_back(fmt::format("{} T={}: {}", x.configuration.group, x.configuration.tile_rows(), what));
  };
  for (const Comparison& x : all) {
    for (const RtlRun* run : {&x.rtl_rows, &x.rtl_pixels}) {
      expect(run->mismatches == 0, x, fmt::format("{} wrong output elements", run->mismatches));
      expect(!run->overflow, x, "a beat came without room");
      expect(run->deadlock || run->distinct >= 8, x, fmt::format("only {} different output values", run->distinct));
    }
    expect(x.simulator.deadlock == x.rows.deadlock, x, "another deadlock verdict");
    expect(x.simulator.completion == x.second.completion, x,
           "the simulator and a plain evaluation of its rules differ");
    for (const Figures* other : {&x.second_forward, &x.forward_synchronous}) {
      const bool same = x.forward.deadlock == other->deadlock && x.forward.completion == other->completion &&
                        x.forward.peak == other->peak;
      expect(same, x,
             other == &x.second_forward ? "row forwarding: the simulator and a plain evaluation of its rules differ"
                                        : "row forwarding: the two timing modes differ");
    }
    expect(x.forward.deadlock || x.forward_proven.has_value(), x, "row forwarding: no interval");
    if (x.simulator.deadlock || x.rows.deadlock) continue;
    expect(peak_difference({x}, &Comparison::simulator, &Comparison::rows) <= 1, x,
           "peak occupancy differs by more than a row");
    expect(x.proven.has_value(), x, "no interval");
    for (const double error : {error_percent(x.simulator.interval(), x.rows.interval()),
                               error_percent(x.simulator.latency(), x.rows.latency()),
                               error_percent(x.proven.value_or(0), x.rows.interval())})
      expect(std::abs(error) <= 2.0, x, fmt::format("row-synchronous error {:.2f} %", error));
  }
  const auto deadlocks = std::count_if(all.begin(), all.end(), [](const Comparison& x) { return x.rows.deadlock; });
  if (deadlocks == 0) list.push_back("the grid has no configuration that deadlocks");
  for (const Kind kind : {Kind::se, Kind::tse})
    for (const Goal goal : {Goal::interval, Goal::latency}) {
      const double median = distribution(errors(all, &Comparison::forward, &Comparison::pixels, goal, kind)).median;
      if (median > 2.0)
        list.push_back(fmt::format("row forwarding is {:.2f} % off the pixel-streaming hardware (median)", median));
    }
  return list;
}

}  // namespace rowflow::rtl

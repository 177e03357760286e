#include "sim/cli/points_bar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <string>

#include "sim/cli/output.hpp"

namespace rowflow {

namespace {

constexpr std::uint64_t width = 30;

std::string duration(double seconds) {
  const auto whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  return fmt::format("{}:{:02} h", whole / 3600, whole / 60 % 60);
}

}  // namespace

PointsBar::PointsBar(bool quiet, const char* what) : what_(what), wanted_(!quiet && isatty(STDERR_FILENO) == 1) {}

PointsBar::~PointsBar() {
  if (drawn_) status_line("\r\x1b[K");
}

void PointsBar::show(std::uint64_t done, std::uint64_t total, std::uint64_t computed) {
  const auto now = Clock::now();
  if (!wanted_ || total == 0 || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  drawn_ = true;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  const double rate = static_cast<double>(computed) / seconds;
  std::string bar;
  for (std::uint64_t i = 0; i < width; ++i) bar += i < done * width / total ? "█" : "░";
  const std::string left = computed > 0 ? ", " + duration(static_cast<double>(total - done) / rate) + " left" : "";
  const std::string pace = rate >= 1 ? fmt::format("{:.0f} a second", rate) : fmt::format("{:.0f} a minute", rate * 60);
  status_line(fmt::format("\r{} {} of {} {}, {}{}\x1b[K", bar, done, total, what_, pace, left));
}

}  // namespace rowflow

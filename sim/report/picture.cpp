#include "sim/report/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "sim/base/visible_text.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

constexpr int panel_width = 440, panel_height = 400, gap = 40, margin_top = 34, margin_bottom = 40;
constexpr std::size_t eighths = 8;
constexpr std::array<const char*, eighths> colors = {"#3b2f7a", "#3a55b4", "#2f83bf", "#23a6a6",
                                                     "#58b868", "#a3c043", "#e2b02e", "#ee7b28"};

/// The strokes of one panel, a path a colour.
std::array<std::string, eighths> strokes(const PicturePanel& panel, int left, Cycles whole) {
  std::array<std::string, eighths> paths;
  const auto& plan = panel.result->plan;
  const auto count = static_cast<Cycles>(plan.stages.size());
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const auto& stage = plan.stages[s];
    const auto& recorded = panel.timeline.stages[s];
    const std::size_t steps = stage.steps(), parts = std::min(eighths, steps);
    if (recorded.first_step != 0 || recorded.steps.size() < steps) continue;
    const auto x_of = [&](Cycles at) { return at * panel_width / whole; };
    const Cycles y = margin_top + (2 * static_cast<Cycles>(s) + 1) * panel_height / (2 * count);
    for (std::size_t part = 0; part < parts; ++part) {
      const std::size_t next = (part + 1) * steps / parts;
      const Cycles begin = recorded.steps[part * steps / parts].start;
      const Cycles end = next < steps ? recorded.steps[next].start : end_of_step(stage, recorded, steps - 1);
      const Cycles x = x_of(begin);
      fmt::format_to(std::back_inserter(paths[part * eighths / parts]), "M{} {}h{}", left + x, y,
                     std::max<Cycles>(1, x_of(end) - x));
    }
  }
  return paths;
}

}  // namespace

std::string flight_picture(const std::vector<PicturePanel>& panels) {
  Cycles whole = 1;
  for (const auto& panel : panels) whole = std::max(whole, panel.timeline.to);
  const int count = static_cast<int>(panels.size());
  const int width = count * panel_width + (count + 1) * gap, height = margin_top + panel_height + margin_bottom;
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "font-family=\"sans-serif\" "
      "font-size=\"14\" fill=\"#808890\" role=\"img\">\n<title>Rows of one frame on their way through the "
      "pipeline</title>\n",
      width, height);
  for (int p = 0; p < count; ++p) {
    const auto& panel = panels[static_cast<std::size_t>(p)];
    const auto& plan = panel.result->plan;
    const int left = gap + p * (panel_width + gap), bottom = margin_top + panel_height;
    const int lane = std::max(1, panel_height / std::max(1, static_cast<int>(plan.stages.size())));
    fmt::format_to(std::back_inserter(svg), "<text x=\"{}\" y=\"20\" font-weight=\"bold\">{}: {:.2f} ms</text>\n", left,
                   xml_text(plan.network.name + ", " + panel.label),
                   milliseconds(plan, static_cast<double>(panel.timeline.to)));
    fmt::format_to(std::back_inserter(svg), "<path d=\"M{0} {1}v{2}h{3}\" fill=\"none\" stroke=\"#808890\"/>\n", left,
                   margin_top, panel_height, panel_width);
    fmt::format_to(std::back_inserter(svg),
                   "<text x=\"{}\" y=\"{}\">0</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{:.2f} ms</text>\n",
                   left, bottom + 18, left + panel_width, bottom + 18, milliseconds(plan, static_cast<double>(whole)));
    fmt::format_to(
        std::back_inserter(svg),
        "<text x=\"{0}\" y=\"{1}\" transform=\"rotate(-90 {0} {1})\" text-anchor=\"end\">stages in order</text>\n",
        left - 10, margin_top);
    const auto paths = strokes(panel, left, whole);
    for (std::size_t c = 0; c < eighths; ++c) {
      fmt::format_to(std::back_inserter(svg), "<path d=\"{}\" stroke=\"{}\" stroke-width=\"{}\"/>\n", paths[c],
                     colors[c], lane);
    }
  }
  return svg + "</svg>\n";
}

}  // namespace rowflow

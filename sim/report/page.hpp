// The HTML report: one file that opens from disk without a network.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>

#include "sim/base/units.hpp"

namespace rowflow {

/// The points of a page as text for its script: of each no more than that is kept.
class PagePoints {
 public:
  /// `point`: a page_point.
  void add(nlohmann::ordered_json point);

  std::size_t count = 0;
  std::string text;                         ///< an array without its brackets
  std::set<std::string> networks, devices;  ///< their names
};

/// Strings may be empty.
struct PageContent {
  std::string command;                     ///< what made it, for the end of the page
  std::optional<Bytes> budget;             ///< of the comparison at equal memory
  std::string fit, answer;                 ///< the verdict over all points
  std::optional<std::size_t> recommended;  ///< one of several points, …
  std::string reason;                      ///< … and why, or why none
  std::string next;                        ///< the command to try next
};

/// Of one point or more. Without a chart library in the program the page says so and has its tables.
std::string page_html(const PagePoints& points, const PageContent& content);

/// The page of a sweep. `data`: what sim/report/page/sweep.js and 1_base.js read of it (points, columns, objectives,
/// …).
std::string sweep_page_html(const nlohmann::ordered_json& data, const std::string& title, const std::string& subtitle);

}  // namespace rowflow

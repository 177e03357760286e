// The HTML report: one file that opens from disk without a network.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "sim/base/units.hpp"

namespace rowflow {

struct PageContent {
  std::string command;          ///< what made it, for the end of the page; may be empty
  std::optional<Bytes> budget;  ///< of the comparison at equal memory
};

/// `points`: an array of page_point, not empty. Without a chart library in the program the page says so and has its
/// tables.
std::string page_html(const nlohmann::ordered_json& points, const PageContent& content);

/// The page of a sweep. `data`: what sim/report/page/sweep.js and 1_base.js read of it (points, columns, objectives,
/// …).
std::string sweep_page_html(const nlohmann::ordered_json& data, const std::string& title, const std::string& subtitle);

}  // namespace rowflow

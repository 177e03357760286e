// Files that became part of the program when it was built.
#pragma once

#include <string_view>

namespace rowflow {

/// Template, style and script of the HTML report (sim/report/page).
std::string_view page_template();
std::string_view page_style();
std::string_view page_script();

/// Template and script of a sweep's page; its style is that of the report.
std::string_view sweep_template();
std::string_view sweep_script();

/// Apache ECharts; empty when the program was built without it (no npm).
std::string_view echarts_script();

}  // namespace rowflow

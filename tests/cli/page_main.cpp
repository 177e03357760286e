// The page of a result as a program without a chart library makes it: page_without_charts RESULT.json. CMake gives this
// target's embedded.cpp no echarts, as where npm was never run.
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/report/page.hpp"
#include "sim/report/page_data.hpp"

int main(int count, char** arguments) {
  if (count != 2) return 2;
  rowflow::PagePoints points;
  points.add(rowflow::page_point("the only one", nlohmann::ordered_json::parse(std::ifstream(arguments[1]))));
  const std::string html = rowflow::page_html(points, {});
  return std::fwrite(html.data(), 1, html.size(), stdout) == html.size() ? 0 : 1;
}

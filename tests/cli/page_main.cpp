// The page of a result as a program without a chart library makes it: page_without_charts RESULT.json. CMake gives this
// target's embedded.cpp no echarts, as where npm was never run.
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/report/page.hpp"
#include "sim/report/page_data.hpp"

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const auto result = nlohmann::ordered_json::parse(std::ifstream(arguments[1]));
  const auto points = nlohmann::ordered_json::array({rowflow::page_point("the only one", result)});
  const std::string html = rowflow::page_html(points, {"", std::nullopt});
  return std::fwrite(html.data(), 1, html.size(), stdout) == html.size() ? 0 : 1;
}

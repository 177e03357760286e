#include "sim/report/page.hpp"

#include <fmt/format.h>

#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/visible_text.hpp"
#include "sim/report/embedded.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

/// With nothing in its strings that a browser would obey instead of show, such as a change of the direction of writing.
Json shown(const Json& json) {
  if (json.is_string()) return visible_text(json.get_ref<const std::string&>(), Lines::keep);
  if (!json.is_structured()) return json;
  Json copy = json.is_object() ? Json::object() : Json::array();
  if (json.is_array()) {
    for (const Json& item : json) copy.push_back(shown(item));
  } else {
    for (const auto& [key, member] : json.items()) copy[visible_text(key)] = shown(member);
  }
  return copy;
}

/// JSON inside a script element: nothing in it may look like the element's end or a comment's begin.
std::string inside_script(const Json& json) {
  std::string safe;
  for (const char c : json_text(json)) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

/// "efficientnet_b2 on hailo8", with every network and device of the points once.
std::string title(const Json& points) {
  std::set<std::string> networks, devices;
  for (const auto& point : points) {
    networks.insert(point.at("result").at("network").at("name").get<std::string>());
    devices.insert(point.at("result").at("device").at("name").get<std::string>());
  }
  return fmt::format("{} on {}", fmt::join(networks, ", "), fmt::join(devices, ", "));
}

std::string rendered(std::string_view page_text, std::string_view script, const Json& data, const std::string& title,
                     const std::string& subtitle) {
  kainjow::mustache::mustache page{std::string(page_text)};
  kainjow::mustache::data values;
  values.set("title", visible_text(title));
  values.set("subtitle", subtitle);
  values.set("version", version());
  values.set("style", std::string(page_style()));
  values.set("data", inside_script(shown(data)));
  values.set("script", std::string(script));
  values.set("charts", !echarts_script().empty());
  values.set("echarts", std::string(echarts_script()));
  std::string html = page.render(values);
  if (!page.is_valid()) throw Defect("the page's template: " + page.error_message());
  return html;
}

}  // namespace

std::string page_html(const Json& points, const PageContent& content) {
  Json data = {{"version", version()}, {"command", content.command}, {"budget", nullptr}, {"points", points}};
  if (content.budget) data["budget"] = *content.budget;
  return rendered(page_template(), page_script(), data, title(points),
                  fmt::format("{} design point{}, simulated by rowflow {}", points.size(),
                              points.size() == 1 ? "" : "s", version()));
}

std::string sweep_page_html(const Json& data, const std::string& title, const std::string& subtitle) {
  return rendered(sweep_template(), sweep_script(), data, title, subtitle);
}

}  // namespace rowflow

#include "sim/report/page.hpp"

#include <fmt/format.h>

#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/visible_text.hpp"
#include "sim/report/embedded.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

/// With nothing in its strings that a browser would obey instead of show, such as a change of the direction of writing.
void make_visible(Json& json) {
  if (json.is_string()) {
    auto& text = json.get_ref<std::string&>();
    text = visible_text(text, Lines::keep);
  } else if (json.is_array()) {
    for (Json& item : json) make_visible(item);
  } else if (json.is_object()) {
    bool same = true;
    for (auto& [key, member] : json.items()) {
      make_visible(member);
      same = same && visible_text(key) == key;
    }
    if (same) return;
    Json copy = Json::object();
    for (auto& [key, member] : json.items()) copy[visible_text(key)] = std::move(member);
    json = std::move(copy);
  }
}

/// JSON inside a script element: nothing in it may look like the element's end or a comment's begin.
std::string inside_script(Json json) {
  make_visible(json);
  const std::string text = json_text(json);
  json = nullptr;
  std::string safe;
  safe.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

/// `data`: safe inside a script. The two long texts are put where the template has its marks, not copied through it.
std::string rendered(std::string_view page_text, std::string_view script, const std::string& data,
                     const std::string& title, const std::string& subtitle) {
  static const std::string data_mark = "\x01", echarts_mark = "\x02";
  kainjow::mustache::mustache page{std::string(page_text)};
  kainjow::mustache::data values;
  values.set("title", visible_text(title));
  values.set("subtitle", subtitle);
  values.set("version", version());
  values.set("style", std::string(page_style()));
  values.set("data", data_mark);
  values.set("script", std::string(script));
  values.set("charts", !echarts_script().empty());
  values.set("echarts", echarts_mark);
  const std::string frame = page.render(values);
  if (!page.is_valid()) throw Defect("the page's template: " + page.error_message());
  std::string html;
  html.reserve(frame.size() + data.size() + echarts_script().size());
  for (const char c : frame) {
    if (c == data_mark.front())
      html += data;
    else if (c == echarts_mark.front())
      html += echarts_script();
    else
      html += c;
  }
  return html;
}

}  // namespace

void PagePoints::add(Json point) {
  const Json& result = point.at("result");
  networks.insert(result.at("network").at("name").get<std::string>());
  devices.insert(result.at("device").at("name").get<std::string>());
  if (count++ > 0) text += ',';
  text += inside_script(std::move(point));
}

std::string page_html(const PagePoints& points, const PageContent& content) {
  Json about = {{"version", version()},     {"command", content.command}, {"budget", nullptr},
                {"fit", content.fit},       {"answer", content.answer},   {"recommended", nullptr},
                {"reason", content.reason}, {"next", content.next}};
  if (content.budget) about["budget"] = *content.budget;
  if (content.recommended) about["recommended"] = *content.recommended;
  std::string data = inside_script(std::move(about));
  data.back() = ',';
  data += "\"points\":[" + points.text + "]}";
  return rendered(
      page_template(), page_script(), data,
      fmt::format("{} on {}", fmt::join(points.networks, ", "), fmt::join(points.devices, ", ")),
      fmt::format("{} design point{}, simulated by rowflow {}", points.count, points.count == 1 ? "" : "s", version()));
}

std::string sweep_page_html(const Json& data, const std::string& title, const std::string& subtitle) {
  return rendered(sweep_template(), sweep_script(), inside_script(data), title, subtitle);
}

}  // namespace rowflow

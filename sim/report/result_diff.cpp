#include "sim/report/result_diff.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

/// Leaves by pointer, in the document's order.
struct Leaves {
  std::vector<std::string> order;
  std::map<std::string, Json> values;
};

/// The name by which an item of a list is known; its index where it has none or an earlier item took it.
std::string item_name(const Json& item, std::size_t index, const std::map<std::string, bool>& taken) {
  for (const char* key : {"name", "layer", "buffer", "stage"}) {
    const auto name = item.find(key);
    if (name == item.end() || !name->is_string()) continue;
    const auto text = name->get<std::string>();
    return taken.count(text) ? std::to_string(index) : text;
  }
  return std::to_string(index);
}

bool is_list_of_items(const Json& value) { return value.is_array() && !value.empty() && value.front().is_object(); }

void flatten(const Json& value, const std::string& pointer, Leaves& leaves) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) flatten(member, pointer + "/" + key, leaves);
  } else if (is_list_of_items(value)) {
    std::map<std::string, bool> taken;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string name = item_name(value[i], i, taken);
      taken[name] = true;
      flatten(value[i], pointer + "/" + name, leaves);
    }
  } else {
    leaves.order.push_back(pointer);
    leaves.values[pointer] = value;
  }
}

double size_of(const Json& before, const Json& after) {
  if (!before.is_number() || !after.is_number()) return before == after ? 0 : 1;
  const double a = before.get<double>(), b = after.get<double>(), larger = std::max(std::abs(a), std::abs(b));
  return larger == 0 ? 0 : std::abs(b - a) / larger;
}

std::optional<double> percent(const Json& before, const Json& after) {
  if (!before.is_number() || !after.is_number() || before.get<double>() == 0) return std::nullopt;
  return (after.get<double>() - before.get<double>()) / std::abs(before.get<double>()) * 100;
}

/// Of a result as a whole what is asked first, in this order.
const std::vector<std::string> leading = {"/status",
                                          "/fit/fits",
                                          "/fit/contexts",
                                          "/throughput/fps",
                                          "/throughput/interval_cycles",
                                          "/latency/paced_ms",
                                          "/latency/isolated_ms",
                                          "/latency/loaded_ms",
                                          "/buffering/capacity_bytes",
                                          "/buffering/cuts",
                                          "/pipeline_buffering/elements",
                                          "/penalty",
                                          "/bottleneck/text"};

std::size_t rank(const std::string& field) {
  return static_cast<std::size_t>(std::find(leading.begin(), leading.end(), field) - leading.begin());
}

/// How the simulation went about it.
bool is_internal(const std::string& field) {
  static const std::vector<std::string> internals = {"/frame_",
                                                     "/elapsed_cycles",
                                                     "/frames",
                                                     "/timing",
                                                     "/pipeline_buffering/blocks",
                                                     "/throughput/period",
                                                     "/throughput/transient",
                                                     "/throughput/steady",
                                                     "/throughput/proof"};
  return std::any_of(internals.begin(), internals.end(),
                     [&](const std::string& internal) { return field.rfind(internal, 0) == 0; });
}

/// Totals depend on the number of frames, stalls and means follow from the steady split and the peaks.
bool is_main(const std::string& list, const std::string& field) {
  static const std::map<std::string, std::vector<std::string>> main = {
      {"se_blocks", {"/tile_height", "/bypass_capacity_rows", "/wait_for_vector_cycles", "/producer_blocked_cycles"}},
      {"stages", {"/kind", "/subclusters", "/steady/busy", "/steady/starved", "/steady/blocked"}},
      {"buffers", {"/role", "/level", "/row_bytes", "/capacity_rows", "/peak_rows"}}};
  const auto fields = main.find(list);
  if (fields != main.end())
    return std::find(fields->second.begin(), fields->second.end(), field) != fields->second.end();
  return !is_internal(field);
}

/// Of the first, main one.
bool larger(const FieldChange& a, const FieldChange& b) { return a.main != b.main ? a.main : a.size > b.size; }

std::optional<ItemChanges> compare_item(const std::string& list, const std::string& name, const Json& before,
                                        const Json& after, double tolerance_percent) {
  Leaves first, second;
  flatten(before, "", first);
  flatten(after, "", second);
  std::vector<std::string> pointers = first.order;
  for (const std::string& pointer : second.order) {
    if (!first.values.count(pointer)) pointers.push_back(pointer);
  }
  ItemChanges changes{name, {}};
  for (const std::string& pointer : pointers) {
    const Json a = first.values.count(pointer) ? first.values[pointer] : Json(),
               b = second.values.count(pointer) ? second.values[pointer] : Json();
    const double size = size_of(a, b);
    if (size * 100 > tolerance_percent)
      changes.fields.push_back({pointer, a, b, size, is_main(list, pointer), percent(a, b)});
  }
  if (changes.fields.empty()) return std::nullopt;
  std::stable_sort(changes.fields.begin(), changes.fields.end(), larger);
  return changes;
}

using Items = std::map<std::string, Json>;

Items items_of(const Json& result, const std::string& list, std::vector<std::string>& order) {
  Items items;
  std::map<std::string, bool> taken;
  const Json array = result.value(list, Json::array());
  for (std::size_t i = 0; i < array.size(); ++i) {
    const std::string name = item_name(array[i], i, taken);
    taken[name] = true;
    order.push_back(name);
    items[name] = array[i];
  }
  return items;
}

DiffSection compare_lists(const std::string& list, const Json& first, const Json& second, double tolerance_percent) {
  DiffSection section{list, {}, {}, {}};
  std::vector<std::string> before_order, after_order;
  const Items before = items_of(first, list, before_order), after = items_of(second, list, after_order);
  for (const std::string& name : before_order) {
    if (!after.count(name)) {
      section.removed.push_back(name);
    } else if (auto changes = compare_item(list, name, before.at(name), after.at(name), tolerance_percent)) {
      section.items.push_back(std::move(*changes));
    }
  }
  for (const std::string& name : after_order) {
    if (!before.count(name)) section.added.push_back(name);
  }
  std::stable_sort(section.items.begin(), section.items.end(),
                   [](const auto& a, const auto& b) { return larger(a.fields.front(), b.fields.front()); });
  return section;
}

const std::vector<std::string> lists = {"se_blocks", "stages", "buffers"};

Json without_lists(Json result) {
  for (const std::string& list : lists) result.erase(list);
  result.erase("version");
  return result;
}

}  // namespace

bool ResultDiff::empty() const {
  return std::all_of(sections.begin(), sections.end(),
                     [](const auto& s) { return s.added.empty() && s.removed.empty() && s.items.empty(); });
}

ResultDiff diff_results(const Json& first, const Json& second, double tolerance_percent) {
  ResultDiff diff;
  DiffSection summary{"summary", {}, {}, {}};
  if (auto changes =
          compare_item("summary", "result", without_lists(first), without_lists(second), tolerance_percent)) {
    std::stable_sort(changes->fields.begin(), changes->fields.end(),
                     [](const FieldChange& a, const FieldChange& b) { return rank(a.field) < rank(b.field); });
    summary.items.push_back(std::move(*changes));
  }
  diff.sections.push_back(std::move(summary));
  for (const std::string& list : lists) diff.sections.push_back(compare_lists(list, first, second, tolerance_percent));
  return diff;
}

}  // namespace rowflow

// The table of knobs against everything that is made of it: command lines, config files, schemas. Generated from the
// table: a new row is covered without a new test.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/error.hpp"
#include "sim/cli/request.hpp"
#include "sim/config/parse.hpp"
#include "sim/point/bind.hpp"
#include "sim/point/knob_values.hpp"
#include "sim/studies/sweep/sweep.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/refusal.hpp"

using namespace rowflow;
using rowflow::test::refusal;
using Json = nlohmann::json;

namespace {

const std::vector<std::pair<const char*, Command>> commands{
    {"run", Command::run},         {"plan", Command::plan},     {"size", Command::size},
    {"explain", Command::explain}, {"tune", Command::tune},     {"sweep", Command::sweep},
    {"export", Command::export_},  {"import", Command::import}, {"calibrate", Command::calibrate}};

/// A value that the row takes and that is not the usual one.
std::string other_value(const KnobRow& row) {
  for (const char* word : row.words)
    if (row.usual == nullptr || std::string(word) != row.usual) return word;
  if (row.form == KnobForm::size) return "96x64";
  return row.form == KnobForm::name ? "something" : "5";
}

Request parsed(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv{"rowflow"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return *parse_command_line(static_cast<int>(argv.size()), argv.data());
}

/// A command line that is whole but for knobs.
std::vector<std::string> plain(const std::string& command) {
  if (command == "calibrate") return {command};
  if (command == "sweep") return {command, "tiny_se", "-o", "folder"};
  return {command, "tiny_se"};
}

/// The row's flag with a value, and what stands beside it.
std::vector<std::string> with_knob(const std::string& command, const KnobRow& row, const std::string& value) {
  std::vector<std::string> arguments = plain(command);
  if (row.knob == Knob::tile_first) arguments.insert(arguments.end(), {"--tile-height", "3"});
  if (row.knob == Knob::combine) arguments.insert(arguments.end(), {"--penalties", "file.json"});
  if (command == "tune" && row.knob == Knob::buffer_kib && value != "none")
    arguments.insert(arguments.end(), {"--goal", "throughput"});
  arguments.insert(arguments.end(), {row.flag, row.shape == KnobShape::by_name ? "/name=" + value : value});
  return arguments;
}

/// What the request says of the knob: the typed values, from wherever the command keeps them.
std::vector<std::string> typed_values(const Request& request, const KnobRow& row) {
  std::vector<std::string> values;
  for (const Axis& axis : request.axes)
    if (axis.knob == row.knob) values.insert(values.end(), axis.values.begin(), axis.values.end());
  if (row.knob == Knob::tile_height)
    values.insert(values.end(), request.tile_heights.begin(), request.tile_heights.end());
  for (const auto& [name, value] : request.point.values(row.knob))
    values.push_back(row.shape == KnobShape::names ? name : value);
  return values;
}

std::set<std::string> keys_of(const Json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

std::set<std::string> as_set(const std::vector<std::string>& keys, const std::vector<std::string>& without = {}) {
  std::set<std::string> set(keys.begin(), keys.end());
  for (const std::string& key : without) set.erase(key);
  return set;
}

Json schema(const std::string& name) {
  return parse_json_file(std::string(ROWFLOW_SOURCE_DIR) + "/configs/schemas/" + name + ".schema.json");
}

}  // namespace

TEST_CASE("the table's order is the enumeration's, and names are unique") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < knobs().size(); ++i) {
    CHECK(static_cast<std::size_t>(knobs()[i].knob) == i);
    CHECK(names.insert(knobs()[i].name).second);
    CHECK_FALSE(knobs()[i].keys.empty());
  }
}

TEST_CASE("every knob on every command line: not given, given as it would be anyway, given otherwise, or refused") {
  for (const auto& [name, command] : commands) {
    for (const KnobRow& row : knobs()) {
      if (row.flag == nullptr || row.knob == Knob::network) continue;
      INFO(name << " " << row.name);
      if (!has_knob(command, row)) {
        const bool shared = std::any_of(knobs().begin(), knobs().end(), [&, c = command](const KnobRow& other) {
          return other.flag != nullptr && std::string(other.flag) == row.flag && has_knob(c, other);
        });
        const bool own = row.knob == Knob::penalties || row.knob == Knob::combine;
        if (own && std::string(name) == "tune") continue;
        std::vector<std::string> arguments = plain(name);
        arguments.insert(arguments.end(), {row.flag, other_value(row)});
        if (!shared) CHECK(refusal([&] { parsed(arguments); }).find(row.flag) != std::string::npos);
        continue;
      }
      CHECK(typed_values(parsed(plain(name)), row).empty());
      std::vector<std::string> values{other_value(row)};
      if (row.usual != nullptr) values.emplace_back(row.usual);
      for (const std::string& value : values)
        CHECK(typed_values(parsed(with_knob(name, row, value)), row) == std::vector{value});
    }
  }
}

TEST_CASE("a value that is none is refused on every command line, with the flag") {
  for (const auto& [name, command] : commands) {
    for (const KnobRow& row : knobs()) {
      if (row.flag == nullptr || row.knob == Knob::network || !has_knob(command, row)) continue;
      INFO(name << " " << row.name);
      const std::string wrong = row.form == KnobForm::name && row.words.empty() ? "" : "no such value";
      CHECK(refusal([&, n = name] { parsed(with_knob(n, row, wrong)); }).find(row.flag) != std::string::npos);
      if (row.form == KnobForm::name && row.words.empty()) continue;
      const std::string beyond(20, '9');  // more than a 64-bit integer holds
      CHECK(refusal([&, n = name] { parsed(with_knob(n, row, beyond)); }).find(row.flag) != std::string::npos);
    }
  }
}

TEST_CASE("run --point takes no other description, given as it would be anyway or not") {
  for (const KnobRow& row : knobs()) {
    if (row.flag == nullptr || !has_knob(Command::run, row) || row.knob == Knob::network) continue;
    std::vector<std::string> values{other_value(row)};
    if (row.usual != nullptr) values.emplace_back(row.usual);
    for (const std::string& value : values) {
      std::vector<std::string> arguments = with_knob("run", row, value);
      arguments.erase(arguments.begin() + 1);
      arguments.insert(arguments.end(), {"--point", "folder:12"});
      INFO(row.name << " " << value);
      const std::string said = refusal([&] { parsed(arguments); });
      CHECK((row.knob == Knob::timing ? said == "accepted" : said.find(row.flag) != std::string::npos));
    }
  }
}

TEST_CASE("every knob in every config file: not given, given as it would be anyway, given otherwise") {
  for (const KnobRow& row : knobs()) {
    for (const Command command : {Command::regress, Command::sweep}) {
      if (!has_knob(command, row)) continue;
      std::vector<std::string> values{other_value(row)};
      if (row.usual != nullptr) values.emplace_back(row.usual);
      for (const std::string& value : values) {
        INFO(row.name << " " << value);
        DesignPoint said;
        said.set(row.knob,
                 row.shape == KnobShape::names     ? value
                 : row.shape == KnobShape::by_name ? "/name"
                                                   : "",
                 row.shape == KnobShape::names ? "" : value);
        Json document = Json::object();
        write_knobs(said, KnobPart::all, document);
        DesignPoint read, nothing;
        const KnobPart part = command == Command::regress ? KnobPart::all
                              : row.varies                ? KnobPart::varying
                                                          : KnobPart::fixed;
        read_knobs(Reader("file", document), "", command, part, read);
        CHECK(read == said);
        CHECK(read.given(row.knob));
        CHECK(settings_from(settings_json(read)).values(row.knob) == said.values(row.knob));
        const Json empty = Json::object();
        read_knobs(Reader("file", empty), "", command, part, nothing);
        CHECK(nothing.nothing_given());
      }
    }
  }
}

TEST_CASE("a size in a config file has two sides") {
  const auto refusal_of = [](const Json& size) {
    const Json document{{"input_size", size}};
    DesignPoint read;
    return refusal([&] { read_knobs(Reader("file", document), "", Command::regress, KnobPart::all, read); });
  };
  CHECK(refusal_of({224, 192}) == "accepted");
  CHECK(refusal_of({224, 192, 3}).find("file: /input_size: found an array of 3, expected [height, width]") == 0);
  CHECK(refusal_of({224}).find("file: /input_size") == 0);
}

TEST_CASE("the schemas have the table's keys, no more and no fewer") {
  const Json regression = schema("regression").at("properties");
  CHECK(keys_of(regression.at("options").at("properties")) ==
        as_set(knob_keys(Command::regress, KnobPart::all), {"network", "device"}));
  const Json sweep = schema("sweep").at("properties");
  std::set<std::string> fixed = as_set(knob_keys(Command::sweep, KnobPart::fixed));
  fixed.insert({"$schema", "description", "network", "device", "grid", "points"});
  CHECK(keys_of(sweep) == fixed);
  CHECK(keys_of(sweep.at("grid").at("properties")) ==
        as_set(knob_keys(Command::sweep, KnobPart::varying), {"network"}));
  CHECK(keys_of(sweep.at("points").at("items").at("properties")) ==
        as_set(knob_keys(Command::sweep, KnobPart::varying)));
}

TEST_CASE("what is typed is laid over what a file says, and nothing else is") {
  DesignPoint file, typed;
  file.set(Knob::device, "tiny");
  file.set(Knob::fit, "require");
  file.set(Knob::block_heights, "a", "2");
  typed.set(Knob::device, "hailo8");  // as it would be anyway
  typed.set(Knob::block_heights, "b", "3");
  file.lay_over(typed);
  CHECK(file.value(Knob::device) == "hailo8");
  CHECK(file.value(Knob::fit) == "require");
  CHECK(file.values(Knob::block_heights) == DesignPoint::Values{{"a", "2"}, {"b", "3"}});
}

TEST_CASE("one spelling for equal values") {
  CHECK(checked_value(row_of(Knob::tile_height), "007", "x") == "7");
  CHECK(checked_value(row_of(Knob::fps), "30.0", "x") == "30");
  CHECK(checked_value(row_of(Knob::fps), "2.5e1", "x") == "25");
  CHECK(checked_value(row_of(Knob::input_size), "096x0064", "x") == "96x64");
  CHECK(refusal([] { checked_value(row_of(Knob::fit), "requir", "--fit"); }).find("did you mean \"require\"?") !=
        std::string::npos);
  for (const char* wrong : {"inf", "nan", "0x10", "1e16", "-3", "0", " 3", "3 "})
    CHECK(refusal([&] { checked_value(row_of(Knob::fps), wrong, "--fps"); }).find("--fps") != std::string::npos);
}

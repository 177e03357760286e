#include "sim/studies/sweep/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "sim/base/error.hpp"
#include "sim/studies/sweep/results_columns.hpp"

namespace rowflow {

namespace {

const char* const schema = "rowflow.sweep/2";
const char* const first_schema = "rowflow.sweep/1";  ///< to read: fewer columns, all settings in the JSON text alone
const char* const interrupted =
    "found no points: a sweep was stopped before it had planned them; the same rowflow sweep again goes on";
constexpr int fixed_columns =
    5;  // id, position, settings, status, reason; then the settings of a single value, then the figures

std::string ready_folder(const std::string& folder, bool create) {
  if (create) make_results_folder(folder);
  std::error_code error;
  std::string path = results_path(folder);
  if (!create && !std::filesystem::exists(path, error))
    throw InputError(path, "no such file, expected a folder that rowflow sweep has written");
  return path;
}

template <typename Columns>
std::string column_list(const Columns& columns, bool types) {
  std::string list;
  for (const auto& column : columns)
    list += types ? fmt::format(", {} {}", column.name, sql_type(column.type)) : fmt::format(", {}", column.name);
  return list;
}

std::string marks(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text;
}

}  // namespace

void make_results_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw InputError(folder, "cannot be made a folder: " + error.message());
}

std::string results_path(const std::string& folder) {
  return (std::filesystem::path(folder) / "results.sqlite").string();
}

void reading_results(const std::string& folder, const std::function<void()>& read) {
  const auto damaged = [&](const std::exception& error) -> InputError {
    return {results_path(folder), std::string("is damaged, or was written by another program: ") + error.what()};
  };
  try {
    read();
  } catch (const nlohmann::json::exception& error) {
    throw damaged(error);
  } catch (const std::invalid_argument& error) {  // a number that is none
    throw damaged(error);
  } catch (const std::out_of_range& error) {
    throw damaged(error);
  }
}

Results::Results(const std::string& folder, bool create) : connection_(ready_folder(folder, create)) {
  // With the write-ahead log a commit is one append; it survives the process' death at once, and the machine's from the
  // last checkpoint.
  if (create) connection_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  if (create) create_tables();
  check_tables(create);
  if (!create && about("sweep").empty()) throw InputError(this->path(), interrupted);
  if (!create) return;
  put_point_ = connection_.prepare(
      fmt::format("INSERT OR REPLACE INTO points (id, position, settings, status, reason{}{}) VALUES ({})",
                  column_list(setting_columns(), false), column_list(point_columns(), false),
                  marks(fixed_columns + setting_columns().size() + point_columns().size())));
  put_block_ = connection_.prepare(fmt::format("INSERT OR REPLACE INTO se_blocks (id, block{}) VALUES ({})",
                                               column_list(block_columns(), false), marks(2 + block_columns().size())));
  put_whole_ = connection_.prepare("INSERT OR REPLACE INTO results (id, result) VALUES (?, ?)");
  drop_blocks_ = connection_.prepare("DELETE FROM se_blocks WHERE id = ?");
  drop_whole_ = connection_.prepare("DELETE FROM results WHERE id = ?");
  set_position_ = connection_.prepare("UPDATE points SET position = ? WHERE id = ?");
}

void Results::create_tables() {
  connection_.execute(fmt::format(
      "BEGIN IMMEDIATE;"
      "CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS points (id TEXT PRIMARY KEY, position INTEGER, settings TEXT, status TEXT, reason "
      "TEXT{}{}) WITHOUT "
      "ROWID;"
      "CREATE TABLE IF NOT EXISTS se_blocks (id TEXT, block INTEGER{}, PRIMARY KEY (id, block)) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS results (id TEXT PRIMARY KEY, result TEXT);"
      "CREATE TABLE IF NOT EXISTS inputs (hash TEXT, kind TEXT, name TEXT, content TEXT, PRIMARY KEY (hash, kind, "
      "name)) WITHOUT ROWID;"
      "INSERT OR IGNORE INTO about VALUES ('schema', '{}');"
      "COMMIT",
      column_list(setting_columns(), true), column_list(point_columns(), true), column_list(block_columns(), true),
      schema));
}

void Results::check_tables(bool write) {
  const auto names = [&](const char* table) {
    std::string list;
    auto statement = connection_.prepare(fmt::format("SELECT name FROM pragma_table_info('{}')", table));
    while (statement.step()) list += ", " + statement.text(0);
    return list;
  };
  if (names("about").empty())
    throw InputError(path(),
                     "found no tables of rowflow sweep in this database; a sweep that was stopped at once leaves such "
                     "a one, the same again goes on");
  require_columns("about", ", key, value");
  const std::string found = about("schema");
  first_schema_ = found == first_schema;
  if (found != schema && (write || !first_schema_))
    throw InputError(path(),
                     fmt::format("found schema \"{}\", expected \"{}\"{}", found, schema,
                                 first_schema_ ? "; an older folder can be read, a sweep needs a new one" : ""));
  const bool same = names("points") == ", id, position, settings, status, reason" +
                                           column_list(setting_columns(), false) +
                                           column_list(point_columns(), false) &&
                    names("se_blocks") == ", id, block" + column_list(block_columns(), false);
  if (names("results").empty() || names("inputs").empty()) throw InputError(path(), "is damaged: a table is missing");
  require_columns("points", ", id, position, settings, status, reason");
  require_columns("se_blocks", ", id, block");
  require_columns("results", ", id, result");
  require_columns("inputs", ", hash, kind, name, content");
  if (!same && write)
    throw InputError(path(), "found the columns of another version of rowflow, expected a new folder");
}

/// The columns with NULL in the place of those that the table has not.
std::string Results::present(const std::string& table, const std::string& columns) const {
  std::set<std::string> there;
  auto statement = connection_.prepare(fmt::format("SELECT name FROM pragma_table_info('{}')", table));
  while (statement.step()) there.insert(statement.text(0));
  std::string list;
  for (std::size_t begin = 0; begin < columns.size();) {  // ", name, name"
    const std::size_t end = std::min(columns.find(',', begin + 1), columns.size());
    const std::string name = columns.substr(begin + 2, end - begin - 2);
    list += there.count(name) > 0 ? ", " + name : ", NULL";
    begin = end;
  }
  return list;
}

void Results::require_columns(const std::string& table, const std::string& columns) const {
  if (present(table, columns).find("NULL") != std::string::npos)
    throw InputError(path(), fmt::format("is damaged: a column of the table {} is missing", table));
}

std::string Results::about(const std::string& key) const {
  auto statement = connection_.prepare("SELECT value FROM about WHERE key = ?");
  return statement.with({key}).step() ? statement.text(0) : "";
}

void Results::set_about(const std::string& key, const std::string& value) {
  connection_.prepare("INSERT OR REPLACE INTO about VALUES (?, ?)").with({key, value}).execute();
}

std::unordered_map<std::string, Results::Known> Results::known() const {
  std::unordered_map<std::string, Known> rows;
  auto statement = connection_.prepare(
      "SELECT id, status, ifnull(position, -1), EXISTS (SELECT 1 FROM se_blocks b WHERE b.id = p.id),"
      " EXISTS (SELECT 1 FROM results r WHERE r.id = p.id) FROM points p");
  while (statement.step())
    rows[statement.text(0)] = {statement.text(1), statement.integer(2), statement.integer(3) != 0,
                               statement.integer(4) != 0};
  return rows;
}

void Results::begin() { connection_.execute("BEGIN IMMEDIATE"); }
void Results::commit() { connection_.execute("COMMIT"); }

void Results::put(const StoredRow& stored) {
  const PointRow& row = stored.row;
  std::vector<Cell> values{row.id, stored.position ? Cell(*stored.position) : Cell(), stored.settings, row.status,
                           row.reason};
  const std::vector<Cell> settings = setting_cells(stored.settings);
  values.insert(values.end(), settings.begin(), settings.end());
  values.insert(values.end(), row.figures.begin(), row.figures.end());
  values.resize(fixed_columns + settings.size() + point_columns().size());
  put_point_->with(values).execute();
  drop_blocks_->with({row.id}).execute();
  for (std::size_t b = 0; b < row.blocks.size(); ++b) {
    values.assign({row.id, static_cast<std::int64_t>(b)});
    values.insert(values.end(), row.blocks[b].begin(), row.blocks[b].end());
    put_block_->with(values).execute();
  }
  drop_whole_->with({row.id}).execute();
  if (!row.whole.empty()) put_whole_->with({row.id, row.whole}).execute();
}

void Results::put_input(const StoredContent& input) {
  connection_.prepare("INSERT OR IGNORE INTO inputs VALUES (?, ?, ?, ?)")
      .with({input.hash, input.kind, input.name, input.content})
      .execute();
}

void Results::forget_positions() {
  connection_.execute("UPDATE points SET position = NULL WHERE position IS NOT NULL");
}

void Results::set_position(const std::string& id, std::int64_t position) {
  set_position_->with({position, id}).execute();
}

void Results::visit_rows(const std::string& condition, bool with_blocks, bool whole,
                         const std::function<void(const StoredRow&)>& visit) const {
  auto points =
      connection_.prepare("SELECT id, position, settings, status, reason" +
                          present("points", column_list(point_columns(), false)) + " FROM points WHERE " + condition);
  auto blocks = connection_.prepare("SELECT block" + present("se_blocks", column_list(block_columns(), false)) +
                                    " FROM se_blocks WHERE id = ? ORDER BY block");
  auto result = connection_.prepare("SELECT result FROM results WHERE id = ?");
  while (points.step()) {
    StoredRow stored;
    stored.row.id = points.text(0);
    const Cell position = points.value(1);
    if (const auto* known = std::get_if<std::int64_t>(&position)) stored.position = *known;
    stored.settings = first_schema_ ? upgraded_settings(points.text(2)) : points.text(2);
    stored.row.status = points.text(3);
    stored.row.reason = points.text(4);
    for (int c = fixed_columns; c < points.columns(); ++c) stored.row.figures.push_back(points.value(c));
    if (with_blocks) blocks.with({stored.row.id});
    while (with_blocks && blocks.step()) {
      stored.row.blocks.emplace_back();
      for (int c = 1; c < blocks.columns(); ++c) stored.row.blocks.back().push_back(blocks.value(c));
    }
    if (whole && result.with({stored.row.id}).step()) stored.row.whole = result.text(0);
    visit(stored);
  }
}

void Results::for_each(bool with_blocks, const std::function<void(const StoredRow&)>& visit) const {
  visit_rows("position IS NOT NULL ORDER BY position", with_blocks, false, visit);
}

void Results::for_each_stored(const std::function<void(const StoredRow&)>& visit) const {
  visit_rows("1 ORDER BY id", true, true, visit);
}

std::vector<StoredRow> Results::find(const std::string& prefix) const {
  std::vector<StoredRow> found;
  for (const char c : prefix)
    if (std::string("0123456789abcdef").find(c) == std::string::npos) return found;  // no wildcard, no quote
  visit_rows(fmt::format("id GLOB '{}*' LIMIT 2", prefix), true, true,
             [&](const StoredRow& row) { found.push_back(row); });
  return found;
}

std::vector<StoredContent> Results::inputs() const {
  std::vector<StoredContent> inputs;
  auto statement = connection_.prepare("SELECT hash, kind, name, content FROM inputs");
  while (statement.step())
    inputs.push_back({statement.text(0), statement.text(1), statement.text(2), statement.text(3)});
  return inputs;
}

}  // namespace rowflow

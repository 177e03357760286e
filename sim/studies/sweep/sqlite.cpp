#include "sim/studies/sweep/sqlite.hpp"

#include <sqlite3.h>

#include <system_error>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

/// SQLite's own words; of a failed read or write also the system's, such as a full disk.
std::string reason_of(sqlite3* connection) {
  if (connection == nullptr) return "out of memory";
  const std::string text = sqlite3_errmsg(connection);
  const int error = sqlite3_system_errno(connection);
  const bool failed = sqlite3_errcode(connection) == SQLITE_IOERR && error != 0;
  return failed ? text + ": " + std::generic_category().message(error) : text;
}

[[noreturn]] void fail(sqlite3* connection, const std::string& path) {
  const std::string text = reason_of(connection);
  if (connection != nullptr && sqlite3_errcode(connection) == SQLITE_ERROR)
    throw Defect(path + ": " + text);  // our own SQL is wrong
  throw InputError(path, text);
}

struct Binder {
  sqlite3_stmt* statement;
  int index;
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
  int operator()(const std::string& value) const {
    return sqlite3_bind_text64(statement, index, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
};

}  // namespace

Statement::Statement(sqlite3* connection, const std::string& path, const std::string& sql)
    : connection_(connection), path_(path) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail(connection, path);
  statement_.reset(statement);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::with(const std::vector<Cell>& values) {
  sqlite3_reset(statement_.get());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::visit(Binder{statement_.get(), static_cast<int>(i) + 1}, values[i]) != SQLITE_OK) fail(connection_, path_);
  return *this;
}

bool Statement::step() {
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  const int code = sqlite3_reset(statement_.get());  // gives the true reason
  static_cast<void>(code);
  fail(connection_, path_);
}

void Statement::execute() {
  while (step()) {
  }
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string Statement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return "";
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Cell Statement::value(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement_.get(), column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement_.get(), column);
    case SQLITE_NULL:
      return {};
    default:
      return text(column);
  }
}

int Statement::columns() const { return sqlite3_column_count(statement_.get()); }

Connection::Connection(const std::string& path) : path_(path) {
  sqlite3* connection = nullptr;
  const int status = sqlite3_open(path.c_str(), &connection);
  connection_.reset(connection);
  if (status != SQLITE_OK) throw InputError(path, reason_of(connection));
  sqlite3_busy_timeout(connection, 10'000);
}

void Connection::Close::operator()(sqlite3* connection) const { sqlite3_close(connection); }

Statement Connection::prepare(const std::string& sql) const { return {connection_.get(), path_, sql}; }

void Connection::execute(const std::string& sql) const {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(connection_.get(), path_);
}

}  // namespace rowflow

// SQLite with errors as exceptions.
#pragma once

#include <memory>
#include <string>

#include "sim/studies/sweep/point_row.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace rowflow {

/// A prepared statement. Every function throws InputError naming the database file.
class Statement {
 public:
  Statement(sqlite3* connection, const std::string& path, const std::string& sql);
  /// Binds the values in order; the statement is reset first.
  Statement& with(const std::vector<Cell>& values);
  bool step();     ///< whether there is a row
  void execute();  ///< all rows, forgetting them
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  Cell value(int column) const;
  int columns() const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* connection_;
  std::string path_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Connection {
 public:
  /// Opens or creates.
  explicit Connection(const std::string& path);
  Statement prepare(const std::string& sql) const;
  void execute(const std::string& sql) const;
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace rowflow

// DIR/results.sqlite: a row a point, keyed by its id, in a database that survives being killed (write-ahead log).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/studies/sweep/point_row.hpp"
#include "sim/studies/sweep/sqlite.hpp"

namespace rowflow {

/// A row as stored. `position`: its place in the sweep that was run last; rows of earlier sweeps in the same folder
/// have none.
struct StoredRow {
  PointRow row;
  std::optional<std::int64_t> position;
  std::string settings;  ///< stored_settings
};

std::string results_path(const std::string& folder);

/// Makes the folder, and those above it, where they are not there. Throws InputError where that cannot be.
void make_results_folder(const std::string& folder);

/// Calls `read`, which takes the contents of a folder's results apart. Throws InputError where they are not what
/// rowflow sweep writes.
void reading_results(const std::string& folder, const std::function<void()>& read);

class Results {
 public:
  /// Opens DIR/results.sqlite; `create`: to write, where folder and database are made when they are not there. Throws
  /// InputError: cannot be opened, is none of this program's, or, to write, was made by another version of it. To read,
  /// older folders will do: figures that they have not are unknown, and settings come as they are stored today.
  explicit Results(const std::string& folder, bool create);

  /// What the database says of itself: "sweep", "points" (of all shards), "shard", …; "" when it says nothing.
  std::string about(const std::string& key) const;
  void set_about(const std::string& key, const std::string& value);

  /// Status and position of every row by id.
  struct Known {
    std::string status;
    std::int64_t position = -1;
    bool blocks = false;  ///< there are lines of its SE blocks
    bool whole = false;   ///< the whole result is there
  };
  std::unordered_map<std::string, Known> known() const;

  void begin();
  void commit();
  void put(const StoredRow& row);  ///< replaces a row of the same id
  void put_input(const StoredContent& input);
  void forget_positions();
  void set_position(const std::string& id, std::int64_t position);

  /// Every row with a position, in that order; `with_blocks` also fills the rows' blocks.
  void for_each(bool with_blocks, const std::function<void(const StoredRow&)>& visit) const;
  /// Rows whose id starts with `prefix`; at most two.
  std::vector<StoredRow> find(const std::string& prefix) const;
  /// Every row, whether it has a position or not, with its blocks and whole result.
  void for_each_stored(const std::function<void(const StoredRow&)>& visit) const;
  std::vector<StoredContent> inputs() const;

  const std::string& path() const { return connection_.path(); }

 private:
  void create_tables();
  void check_tables(bool write);
  std::string present(const std::string& table, const std::string& columns) const;
  /// Throws InputError for one that is not there; columns as in ", name, name".
  void require_columns(const std::string& table, const std::string& columns) const;
  void visit_rows(const std::string& condition, bool with_blocks, bool whole,
                  const std::function<void(const StoredRow&)>& visit) const;

  Connection connection_;
  bool first_schema_ = false;  ///< settings as version 0.1.0 stored them at first
  std::optional<Statement> put_point_, put_block_, put_whole_, drop_blocks_, drop_whole_, set_position_;
};

}  // namespace rowflow

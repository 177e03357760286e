#include "sim/studies/sweep/run_sweep.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <unordered_set>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/workers.hpp"

namespace rowflow {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto longest_transaction = std::chrono::milliseconds(50);

/// A folder that no other sweep writes to meanwhile, made where it is not there; the lock goes with the process.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder) {
    make_results_folder(folder);
    file_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file_ >= 0 && flock(file_, LOCK_EX | LOCK_NB) == 0) return;
    const std::string reason =
        errno == EWOULDBLOCK ? "another rowflow sweep is writing to this folder" : std::strerror(errno);
    if (file_ >= 0) close(file_);
    throw InputError(folder, reason);
  }
  ~FolderLock() { close(file_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_ = -1;
};

class SweepRun {
 public:
  SweepRun(const Sweep& sweep, const Contents& contents, const std::string& version, const std::string& folder,
           const SweepOptions& options)
      : sweep_(sweep),
        contents_(contents),
        version_(version),
        options_(options),
        lock_(folder),
        results_(folder, true),
        count_(point_count(sweep)) {}

  SweepProgress run() {
    const auto known = results_.known();
    begin();
    describe();
    if (known.empty())
      expect_all();
    else
      take_stock(known);
    commit();
    compute();
    commit();
    return progress_;
  }

 private:
  void describe() {
    results_.set_about("version", version_);
    results_.set_about("sweep", json_text(sweep_json(sweep_)));
    results_.set_about("points", std::to_string(count_));
    results_.set_about("shard", std::to_string(options_.shard.index) + "/" + std::to_string(options_.shard.of));
    for (const StoredContent& input : contents_.stored()) results_.put_input(input);
  }

  /// Of this shard.
  std::uint64_t positions() const {
    const auto of = static_cast<std::uint64_t>(options_.shard.of),
               first = static_cast<std::uint64_t>(options_.shard.index) - 1;
    return count_ > first ? (count_ - first + of - 1) / of : 0;
  }

  /// In a new folder there is nothing to take stock of: the first point is computed at once, however many follow, and
  /// equal ones are found on the way.
  void expect_all() {
    progress_.points = positions();
    next_position_ = static_cast<std::uint64_t>(options_.shard.index) - 1;
  }

  std::optional<Workers::Task> next_of_all() {
    while (next_position_ < count_) {
      const std::uint64_t position = next_position_;
      next_position_ += static_cast<std::uint64_t>(options_.shard.of);
      if (met_.insert(point_id(point_at(sweep_, position), contents_, version_)).second) return position;
      --progress_.points;
    }
    return std::nullopt;
  }

  std::optional<Workers::Task> next() {
    if (next_position_ != none) return next_of_all();
    return next_ < open_.size() ? std::optional<Workers::Task>(open_[next_++]) : std::nullopt;
  }

  /// Which points are to be computed, and where those that are there stand in this sweep.
  void take_stock(const std::unordered_map<std::string, Results::Known>& known) {
    std::unordered_map<std::string, bool> seen;
    std::vector<std::pair<std::string, std::int64_t>> there_already;
    for (auto position = static_cast<std::uint64_t>(options_.shard.index) - 1; position < count_;
         position += static_cast<std::uint64_t>(options_.shard.of)) {
      const DesignPoint point = point_at(sweep_, position);
      std::string id = point_id(point, contents_, version_);
      const auto there = known.find(id);
      if (there == known.end() || there->second.status == "crashed" || lacks(there->second, point)) {
        if (seen.emplace(std::move(id), true).second) open_.push_back(position);
        continue;
      }
      if (!seen.emplace(id, true).second) continue;
      ++progress_.stored;
      there_already.emplace_back(std::move(id), static_cast<std::int64_t>(position));
    }
    progress_.points = seen.size();
    place(known, there_already);
  }

  /// A row without what this sweep is to keep of it is computed again.
  bool lacks(const Results::Known& row, const DesignPoint& point) const {
    if (row.status != "ok" && row.status != "deadlock" && row.status != "does_not_fit") return false;
    const bool has_blocks = !contents_.network(point.value(Knob::network)).blocks.empty();
    return (options_.keep != Keep::scalars && has_blocks && !row.blocks) || (options_.keep == Keep::full && !row.whole);
  }

  /// Gives the rows of this sweep their places in it, and takes them from all others; nothing is written when that is
  /// so already.
  void place(const std::unordered_map<std::string, Results::Known>& known,
             const std::vector<std::pair<std::string, std::int64_t>>& rows) {
    std::size_t placed = 0, in_place = 0;
    for (const auto& row : known) placed += row.second.position >= 0 ? 1 : 0;
    for (const auto& [id, position] : rows) in_place += known.at(id).position == position ? 1 : 0;
    if (placed == in_place && in_place == rows.size()) return;
    results_.forget_positions();
    for (const auto& [id, position] : rows) results_.set_position(id, position);
  }

  void compute() {
    const std::uint64_t most = next_position_ == none ? open_.size() : positions();
    if (most == 0) return;
    Workers::Calls calls;
    PointEvaluator evaluator(contents_, options_.keep, options_.whole,
                             [&](const DesignPoint& point) { return is_checked(point); });
    calls.work = [&](Workers::Task position) { return pack(evaluator(point_at(sweep_, position))); };
    calls.next = [&] { return next(); };
    calls.done = [&](Workers::Task position, const std::string& bytes) { keep(position, unpack(bytes)); };
    calls.died = [&](Workers::Task position, const std::string& reason) {
      keep(position, {"", "crashed", reason, {}, {}, ""});
    };
    calls.pause = [&] { pause(); };
    const auto jobs = std::min<std::uint64_t>(static_cast<std::uint64_t>(options_.jobs), most);
    Workers(static_cast<int>(jobs), std::move(calls)).run();
  }

  /// Ids are hashes: by their first digits any share of the points is a fair one, and always the same.
  bool is_checked(const DesignPoint& point) const {
    if (options_.check_percent <= 0) return false;
    constexpr int digits = 8;
    const auto first = std::stoull(point_id(point, contents_, version_).substr(0, digits), nullptr, 16);
    return static_cast<double>(first) < options_.check_percent / 100 * std::pow(16, digits);
  }

  void count(const PointRow& row) {
    ++progress_.done;
    if (row.status == "defect") ++progress_.defects;
    if (row.status == "ok" && row.figures[engine_] == Cell(std::string(to_string(Engine::systemc))))
      ++progress_.checked;
  }

  void keep(std::uint64_t position, PointRow row) {
    const DesignPoint point = point_at(sweep_, position);
    row.id = point_id(point, contents_, version_);
    count(row);
    if (!in_transaction_) begin();
    results_.put({std::move(row), static_cast<std::int64_t>(position), json_text(stored_settings(point, contents_))});
    pause();
  }

  void pause() {
    if (options_.progress) options_.progress(progress_);
    if (in_transaction_ && Clock::now() - begun_ > longest_transaction) commit();
  }

  void begin() {
    results_.begin();
    in_transaction_ = true;
    begun_ = Clock::now();
  }

  void commit() {
    if (in_transaction_) results_.commit();
    in_transaction_ = false;
  }

  const Sweep& sweep_;
  const Contents& contents_;
  const std::string version_;
  const SweepOptions& options_;
  const FolderLock lock_;  ///< before the database: opening it to write waits for who is writing
  Results results_;
  const std::uint64_t count_;
  const std::size_t engine_ = point_column("engine");
  SweepProgress progress_;
  static constexpr std::uint64_t none = ~std::uint64_t{0};
  std::uint64_t next_position_ = none;   ///< in a new folder: of the next point that may have to be computed,
  std::unordered_set<std::string> met_;  ///< and the ids before it
  std::vector<std::uint64_t> open_;      ///< else: positions to compute
  std::size_t next_ = 0;
  bool in_transaction_ = false;
  Clock::time_point begun_;
};

}  // namespace

SweepProgress run_sweep(const Sweep& sweep, const Contents& contents, const std::string& version,
                        const std::string& folder, const SweepOptions& options) {
  return SweepRun(sweep, contents, version, folder, options).run();
}

namespace {

FoundPoint read_point(const std::string& folder, const std::string& id) {
  const Results results(folder, false);
  const auto rows = results.find(id);
  const std::string where = folder + ":" + id;
  if (id.empty() || rows.empty())
    throw InputError(where, "no point of this folder has an id that starts so (column id of results.csv)");
  if (rows.size() > 1) throw InputError(where, "several points have an id that starts so, expected more digits");
  const auto settings = nlohmann::json::parse(rows[0].settings);
  FoundPoint found;
  found.version = results.about("version");
  found.point = settings_from(settings);
  std::vector<StoredContent> wanted;
  for (const KnobRow& row : knobs()) {
    const std::string hash = settings.value(std::string(row.name) + "_hash", "");
    if (hash.empty()) continue;
    for (StoredContent& input : results.inputs()) {
      if (input.kind != content_name(row.content) || input.hash != hash) continue;
      input.name = found.point.value(row.knob);  // the same content may be stored under several names
      wanted.push_back(std::move(input));
      break;
    }
  }
  found.contents = Contents(wanted);
  return found;
}

}  // namespace

FoundPoint find_point(const std::string& folder, const std::string& id) {
  FoundPoint found;
  reading_results(folder, [&] { found = read_point(folder, id); });
  return found;
}

}  // namespace rowflow

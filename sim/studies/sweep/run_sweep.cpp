#include "sim/studies/sweep/run_sweep.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstring>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/workers.hpp"
#include "sim/studies/sweep/agenda.hpp"

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
        results_(folder, true) {}

  SweepProgress run() {
    begin();
    describe();
    Agenda agenda(sweep_, contents_, version_, options_, results_, [&] { write(); });
    progress_.points = agenda.most();
    commit();
    compute(agenda);
    commit();
    return progress_;
  }

 private:
  void describe() {
    results_.set_about("version", version_);
    results_.set_about("sweep", json_text(sweep_json(sweep_)));
    results_.set_about("points", std::to_string(point_count(sweep_)));
    results_.set_about("shard", std::to_string(options_.shard.index) + "/" + std::to_string(options_.shard.of));
    for (const StoredContent& input : contents_.stored()) results_.put_input(input);
  }

  void compute(Agenda& agenda) {
    if (agenda.most() == 0) return;
    Workers::Calls calls;
    PointEvaluator evaluator(contents_, options_.keep, options_.whole,
                             [&](const DesignPoint& point) { return is_checked(point); });
    calls.work = [&](Workers::Task position) { return pack(evaluator(point_at(sweep_, position))); };
    calls.next = [&] { return agenda.next(progress_); };
    calls.done = [&](Workers::Task position, const std::string& bytes) { keep(position, unpack(bytes)); };
    calls.died = [&](Workers::Task position, const std::string& reason) {
      keep(position, {"", "crashed", reason, {}, {}, ""});
    };
    calls.pause = [&] { pause(); };
    const auto jobs = std::min<std::uint64_t>(static_cast<std::uint64_t>(options_.jobs), agenda.most());
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
    write();
    results_.put({std::move(row), static_cast<std::int64_t>(position), json_text(stored_settings(point, contents_))});
    pause();
  }

  void pause() {
    if (options_.progress) options_.progress(progress_);
    if (in_transaction_ && Clock::now() - begun_ > longest_transaction) commit();
  }

  void write() {
    if (!in_transaction_) begin();
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
  const std::size_t engine_ = point_column("engine");
  SweepProgress progress_;
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

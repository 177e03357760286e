#include "sim/studies/sweep/merge.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/studies/sweep/results.hpp"

namespace rowflow {

namespace {

/// What all shards of a sweep have in common.
const std::vector<std::string> common{"version", "sweep", "points"};

void check_common(const Results& first, const Results& other) {
  for (const std::string& key : common) {
    if (first.about(key) == other.about(key)) continue;
    throw InputError(other.path(),
                     fmt::format("found another {} than in {}, expected shards of one sweep", key, first.path()));
  }
}

}  // namespace

void merge_results(const std::vector<std::string>& folders, const std::string& folder) {
  const Results first(folders.front(), false);
  for (const std::string& other : folders) check_common(first, Results(other, false));
  Results merged(folder, true);
  if (!merged.known().empty()) throw InputError(merged.path(), "found results already, expected a new folder");
  merged.begin();
  for (const std::string& key : common) merged.set_about(key, first.about(key));
  std::unordered_map<std::string, std::string> taken;  // status by id
  for (const std::string& part : folders) {
    const Results results(part, false);
    for (const StoredContent& input : results.inputs()) merged.put_input(input);
    results.for_each_stored([&](const StoredRow& row) {
      const auto [there, is_new] = taken.emplace(row.row.id, row.row.status);
      if (!is_new && there->second != "crashed") return;  // equal by construction: the id determines the row
      there->second = row.row.status;
      merged.put(row);
    });
  }
  merged.commit();
}

}  // namespace rowflow

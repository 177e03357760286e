// What changed between two results of schema rowflow.result/1.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace rowflow {

struct FieldChange {
  std::string field;  ///< JSON pointer below the item; items of lists by name, as regression configs write them
  nlohmann::ordered_json before, after;  ///< null also where one side has no such field
  double size = 1;                       ///< |after − before| / max(|before|, |after|); 1 for what is no number
  bool main = true;                      ///< what a reader looks at first; the others follow from these, or repeat them
  std::optional<double> change_percent;  ///< of the first; none for what is no number, or 0 before
};

/// One stage, buffer or SE block that is on both sides, or the result as a whole.
struct ItemChanges {
  std::string name;
  /// Of the result as a whole first what is asked first: verdicts, throughput, latency, memory. Then main fields, the
  /// largest change first, then the others.
  std::vector<FieldChange> fields;
};

struct DiffSection {
  std::string name;  ///< "summary", "se_blocks", "stages", "buffers"
  std::vector<std::string> added, removed;
  std::vector<ItemChanges> items;  ///< only those that changed; the one with the largest change of a main field first
};

struct ResultDiff {
  std::string label;  ///< which of several results; may be empty
  std::string note;   ///< what to know when they are equal: that neither ran
  std::vector<DiffSection> sections;
  bool empty() const;
};

/// Numbers whose change is at most `tolerance_percent` of the larger one count as equal. The program's version is not
/// compared.
ResultDiff diff_results(const nlohmann::ordered_json& first, const nlohmann::ordered_json& second,
                        double tolerance_percent);

}  // namespace rowflow

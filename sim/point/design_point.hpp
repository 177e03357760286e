// A design point: what is given of its knobs. Whether a knob is given comes from the command line's parser or a
// document's keys, never from its value: given as it would be anyway counts as given.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/point/knobs.hpp"

namespace rowflow {

class DesignPoint {
 public:
  using Values = std::map<std::string, std::string>;

  bool given(Knob knob) const { return given_.count(knob) > 0; }
  bool nothing_given() const { return given_.empty(); }

  /// Of KnobShape::one; the usual value when none is given, "" when there is none either.
  std::string value(Knob knob) const;
  /// By layer, buffer or figure; of KnobShape::names the names with empty values. Empty when not given.
  const Values& values(Knob knob) const;

  /// Values as checked_value has them.
  void set(Knob knob, const std::string& value) { given_[knob] = {{"", value}}; }
  void set(Knob knob, const std::string& name, const std::string& value) { given_[knob][name] = value; }
  void forget(Knob knob) { given_.erase(knob); }

  /// What is given in `over` counts: typed values over those of a file.
  void lay_over(const DesignPoint& over);

  bool operator==(const DesignPoint& other) const { return given_ == other.given_; }

 private:
  std::map<Knob, Values> given_;
};

/// What no single value shows. Throws InputError(where): a tile_first without a tile_height.
void check_together(const DesignPoint& point, const std::string& where);

/// The flags of what is given, with commas; for refusals.
std::string given_flags(const DesignPoint& point);

/// The keys of a document that stand for knobs of a command. `varying`: only those that vary in a sweep, or only the
/// others.
enum class KnobPart { all, varying, fixed };
std::vector<std::string> knob_keys(Command command, KnobPart part);

/// Reads the members of a document that stand for knobs of the command into `point`; relative paths start at the folder
/// of `file`.
void read_knobs(const Reader& reader, const std::string& file, Command command, KnobPart part, DesignPoint& point);

/// One value of a knob; a relative path starts at the folder of `file`.
std::string knob_value(const KnobRow& row, const Reader& reader, const std::string& file);

/// The row that a member of a document stands for: a key may be shared by a single value and by values by name.
/// nullptr: none.
const KnobRow* row_of_key(const std::string& key, bool by_name, Command command, KnobPart part);

/// What is given, as members of a config document: the reverse of read_knobs.
void write_knobs(const DesignPoint& point, KnobPart part, nlohmann::json& document);
nlohmann::json value_json(const KnobRow& row, const std::string& value);

/// What is given by the knobs' names, as results keep it, and back.
nlohmann::json settings_json(const DesignPoint& point);
DesignPoint settings_from(const nlohmann::json& settings);

/// The varying settings in a few words.
std::string settings_words(const DesignPoint& point);

}  // namespace rowflow

// Every knob of a design point, once: the table that the command line, regression and sweep configs, sweep axes, result
// columns, --point and help are made of. A new knob is an entry of Knob, a row of the table in knobs.cpp, and what it
// does where its bind() hands it to.
#pragma once

#include <string>
#include <vector>

namespace rowflow {

class Contents;
class DesignPoint;
struct EvaluateOptions;

/// In the order of the table, which is that of a grid's loops: the first varies slowest.
enum class Knob {
  network,
  device,
  tile_height,
  tile_first,
  block_heights,
  se_mode,
  buffers,
  capacities,
  buffer_kib,
  fps,
  goal,
  target_fps,
  device_set,
  frames,
  fit,
  batch,
  max_contexts,
  context_cuts,
  link,
  timing,
  costs,
  mapping,
  penalties,
  combine,
  stage_clusters,
  stage_subclusters,
  input_size,
  assume_free,
  outputs,
  defaults
};

/// Commands that take design points; bits of KnobRow::commands.
enum class Command : unsigned {
  run = 1,
  plan = 2,
  size = 4,
  explain = 8,
  tune = 16,
  sweep = 32,
  regress = 64,
  export_ = 128,
  import = 256,
  calibrate = 512,
  penalties = 1024,
};

enum class KnobShape {
  one,      ///< a value
  by_name,  ///< values, each of a layer, a buffer, a figure of the device
  names,    ///< names without values
};

/// How JSON writes a value that a command line writes as text.
enum class KnobForm {
  name,    ///< a string
  number,  ///< a number, or a word
  figure,  ///< an integer, true or false
  size,    ///< [height, width]; text HxW
};

/// What a value names: its content goes into a point's identity, not its name.
enum class ContentKind { none, network, device, buffers, costs, mapping, contexts, penalties };

struct KnobRow {
  Knob knob;
  const char* name;  ///< of the knob alone: in stored settings and messages
  std::vector<const char*>
      keys;  ///< in JSON configs; the first is the one written. Two rows may share a key: by_name takes objects
  const char* column;  ///< of results; of by_name: before ":" and the name
  const char* flag;    ///< "network": the positional argument; nullptr: none. Shared: by_name takes NAME=VALUE
  const char* help;
  const char* list_help;  ///< where it takes lists, in place of `help`
  KnobShape shape;
  KnobForm form;
  const char* usual;   ///< when it is not given; nullptr: whatever the network's config says, or nothing
  const char* phrase;  ///< of a value in few words; {0} value, {1} name
  ContentKind content;
  bool varies;        ///< an axis of a sweep and a setting of its listed points; else one value for the whole sweep
  unsigned commands;  ///< that have it
  unsigned lists;     ///< commands that take several values, with commas
  std::vector<const char*> words;  ///< values that are words; if nothing else is one, `complaint` is nullptr
  const char* (*complaint)(
      const std::string& value);  ///< of a value that is none of the words: what is expected instead, or nullptr
  void (*bind)(const DesignPoint&, const Contents&, EvaluateOptions&);  ///< nullptr: it is of the network or the device
  const char* usual_0_1 = nullptr;   ///< what was usual until version 0.1, where that differs (Knob::defaults)
  const char* older_flag = nullptr;  ///< another name of the flag, from before
};

const std::vector<KnobRow>& knobs();
const KnobRow& row_of(Knob knob);
bool has_knob(Command command, const KnobRow& row);
bool takes_list(Command command, const KnobRow& row);

}  // namespace rowflow

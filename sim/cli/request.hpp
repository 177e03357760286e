// What the user asked for on the command line, checked for form but not yet for sense.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/cli/sweep_request.hpp"
#include "sim/point/design_point.hpp"
#include "sim/studies/sweep/sweep.hpp"

namespace rowflow {

struct Request {
  std::string command;  ///< run | plan | calibrate | sweep | merge | size | explain | tune | penalties | import |
                        ///< export | report | regress | diff | validate | list | new
  DesignPoint point;    ///< what was typed of it; without the tile heights of all blocks
  std::vector<std::string> tile_heights;  ///< "full" or a positive integer; empty: what the config says
  std::vector<std::string> devices;       ///< run: several of them; else the point has the device
  std::vector<Axis> axes;                 ///< sweep: lists of values that were typed
  std::string model;                      ///< import, export, penalties: an ONNX model
  std::string kind;                       ///< new: device | network | regression | sweep
  std::vector<std::string> files;  ///< validate, report, regress, diff; sweep: networks or a sweep file; merge: folders
  std::string depths;              ///< plan: a format of depths_document in place of the plan; empty: the plan
  bool sensitivity = false;        ///< run: with each assumed parameter at its low and high
  bool emit_script = false;        ///< export: the vendor's script line instead of a model
  std::string heights_file;        ///< export: a network config or a heights file; empty: none
  std::string gates;               ///< export: a penalties file with factors of static gates; empty: none
  bool quiet = false;
  bool verbose = false;                     ///< run, plan, size, explain, tune: proofs, provenance and second views too
  std::string format = "text";              ///< of report/reporter; text first
  std::string out;                          ///< empty: standard output
  std::string report, trace, vcd, picture;  ///< files to be looked at; empty: none
  std::string trace_frames;                 ///< "FIRST:LAST", "all", or empty for the last two steady frames
  double min_fps = 0;                       ///< size: 0 = the highest there is
  std::int64_t effort = 100;                ///< size: million looks
  bool cuts = false;                        ///< size: memory cuts count, not bytes
  bool pareto = false;                      ///< size: the whole front,
  int points = 32;                          ///< with so many searches
  int levers = -1;                          ///< explain: of each kind; -1: its own limits
  int jobs = 0;                             ///< processes at once; 0: as many as there are processors
  std::string junit;                        ///< regress: JUnit XML file; empty: none
  bool update = false;                      ///< regress: rewrite what is expected
  bool only_defaults = false;               ///< regress: … of cases that differ for a default that moved
  bool init = false;                        ///< regress: write a case that expects what comes out now
  double tolerance_percent = 0;             ///< diff: smaller changes are none
  std::string goal;                         ///< tune: memory | throughput | fewest-tiled | batch; empty: as it fits
  std::vector<Rows> heights;                ///< tune, penalties: to choose from; empty: the command's own
  std::string data;                         ///< penalties, tune --verify: folder or file of samples
  std::string preprocess, labels;           ///< penalties: files; empty: none
  std::string metric = "distance";          ///< penalties: distance | top1 | iou, or a program
  double threshold = 0.5;                   ///< penalties: of iou
  std::int64_t samples = 0;                 ///< penalties: at most so many; 0: all
  std::string combine = "rss";              ///< tune: rss | sum | max
  bool verify = false;                      ///< tune: measure the chosen heights
  std::string penalties;                    ///< tune: file; empty: none. Elsewhere: a knob
  std::optional<double> max_penalty;        ///< tune, run
  std::string recalled;                     ///< run: "DIR:ID" of a sweep's point; empty: none
  SweepRequest sweep;
  std::string command_line;  ///< as it was given, for pages that say how they were made
};

/// Parses argv. Empty when --help or --version has answered (on standard output).
/// Throws InputError for anything unknown, missing or malformed, with the nearest valid name.
std::optional<Request> parse_command_line(int argc, const char* const* argv);

}  // namespace rowflow

// What a sweep asks for: a grid of settings, a list of points, or both.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rowflow {

/// What distinguishes one point of a sweep from another. Values as they are written: checked for form, not yet for sense.
struct PointSettings {
  std::string network;                         ///< name or path
  std::string tile_height;                     ///< of all SE blocks: "full" or rows; empty: what the network config says
  std::string tile_first;                      ///< only the first so many blocks are tiled; empty: all
  std::map<std::string, std::string> blocks;   ///< tile height by SE layer, after the above
  std::string buffers = "full-rate";           ///< minimal | full-rate | a buffers file
  std::string buffer_kib = "none";             ///< of all buffers together
  std::string fps = "steady";                  ///< pace of the source for the paced latency
  std::map<std::string, std::string> figures;  ///< device figures by JSON pointer: an integer, true or false
};

enum class AxisKind { network, tile_height, tile_first, block, buffers, buffer_kib, fps, figure };

/// One setting of the grid and the values it takes.
struct Axis {
  AxisKind kind = AxisKind::network;
  std::string key;  ///< block: the SE layer, "*" for an axis of its own for every block; figure: the JSON pointer
  std::vector<std::string> values;
};

struct Sweep {
  std::string file;  ///< for messages, and what paths in it are relative to; empty: from the command line
  std::string device = "hailo8";
  std::vector<std::string> networks;
  bool has_grid = true;               ///< else only the list
  std::vector<Axis> grid;             ///< the slowest first; the networks are slower than all
  std::vector<PointSettings> points;  ///< after the grid; without a network of their own: for every network
  std::string frames = "steady";      ///< of the saturated run: a number; as `rowflow run` without one; or "proven": none beyond the proof
  std::string fit = "assume";         ///< assume | require
  std::string costs;                  ///< CSV of own costs; empty: none
  std::string mapping;                ///< explicit allocation, a file or a shipped name; empty: none
};

/// Checks the form of a value. Throws InputError(where).
void check_axis_value(AxisKind kind, const std::string& value, const std::string& where);

/// Checks Sweep::frames. Throws InputError(where).
void check_frames(const std::string& frames, const std::string& where);

/// Checks what no single value shows: a height beside tile_first, no axis or value twice. Throws InputError.
void check_sweep(const Sweep& sweep);

/// Points of the grid and the list; several may turn out to be the same point. Throws InputError beyond 10^12.
std::uint64_t point_count(const Sweep& sweep);

/// The point at `index` < point_count.
PointSettings point_at(const Sweep& sweep, std::uint64_t index);

/// Reads configs/sweeps/*.json (strict; throws InputError).
Sweep read_sweep(const std::string& path);
Sweep sweep_from(const nlohmann::json& document, const std::string& file);

/// Whether a document says that it is a sweep: by its "$schema", or by having a grid or points.
bool is_sweep(const nlohmann::json& document);

/// The same sweep as a document that sweep_from reads; one form for equal sweeps.
nlohmann::json sweep_json(const Sweep& sweep);

}  // namespace rowflow

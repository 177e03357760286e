// Everything a sweep's points are made of, read once: networks, device, buffers files, costs.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/config/device.hpp"
#include "sim/explore/sweep.hpp"
#include "sim/network/network.hpp"
#include "sim/sizing/evaluate.hpp"

namespace rowflow {

/// A file's content under its hash, as the results database keeps it: a point can be computed again when the file has changed.
struct StoredInput {
  std::string hash;
  std::string kind;  ///< network | device | buffers | costs | mapping
  std::string name;  ///< as the sweep names it
  std::string content;
};

struct NetworkInput {
  Network network;
  std::vector<std::size_t> blocks;  ///< indices of its SE layers
};

struct SweepInputs {
  std::string version;  ///< of the program
  std::map<std::string, NetworkInput> networks;
  nlohmann::json device;
  std::map<std::string, std::map<std::string, Rows>> buffers;  ///< capacities by buffers file
  std::map<std::string, UserCost> costs;
  MappingFile mapping;
  std::vector<StoredInput> stored;  ///< each of the above
};

/// Reads what the sweep names; `network` reads one (it may be a model). Gives every block an axis of its own where the grid says "*".
/// Throws InputError: for files, and for names of layers and device figures that nothing has.
SweepInputs read_inputs(Sweep& sweep, const std::string& version, const std::function<NetworkConfig(const std::string&)>& network);

/// The same from stored contents.
SweepInputs restore_inputs(const std::string& version, const std::vector<StoredInput>& stored);

/// The file that a name in a sweep stands for: relative to the sweep's own file.
std::string relative_to(const Sweep& sweep, const std::string& name);

/// The stored input's hash, or "" when there is none.
std::string hash_of(const SweepInputs& inputs, const std::string& kind, const std::string& name);

/// One point ready to be evaluated.
struct PreparedPoint {
  Network network;
  Device device;
  EvaluateOptions options;
};

/// Throws InputError: what is wrong with this point.
Network point_network(const SweepInputs& inputs, const PointSettings& point);
Device point_device(const SweepInputs& inputs, const PointSettings& point);
EvaluateOptions point_options(const Sweep& sweep, const SweepInputs& inputs, const PointSettings& point);

}  // namespace rowflow

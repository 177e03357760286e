// The contents of the files that design points name, read once.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/config/buffers_file.hpp"
#include "sim/config/device.hpp"
#include "sim/config/folding_file.hpp"
#include "sim/config/mapping_file.hpp"
#include "sim/config/penalties_file.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/network/network.hpp"
#include "sim/point/design_point.hpp"

namespace rowflow {

/// A model (ONNX, TFLite), by the ending of its name.
bool is_model(const std::string& path);

/// A network by name or path, or a model read as the point's input_size and assume_free say. Throws InputError.
NetworkConfig named_network_config(const std::string& name, const DesignPoint& point = {});

/// A file's content under its hash, as a results database keeps it: a point can be computed again when the file has
/// changed.
struct StoredContent {
  std::string hash;
  std::string kind;  ///< network | device | buffers | costs | mapping | contexts | penalties
  std::string name;  ///< as the point names it
  std::string content;
};

struct NetworkContent {
  Network network;
  std::vector<std::string> blocks;  ///< names of its SE layers
};

class Contents {
 public:
  Contents() = default;
  /// From what is stored.
  explicit Contents(const std::vector<StoredContent>& stored);

  /// Reads what the point names and is not there yet. Throws InputError.
  void add(const DesignPoint& point);
  void add(const KnobRow& row, const std::string& value, const DesignPoint& point);

  const std::map<std::string, NetworkContent>& networks() const { return networks_; }
  const NetworkContent& network(const std::string& name) const { return networks_.at(name); }
  const nlohmann::json& device(const std::string& name) const { return devices_.at(name); }
  const BuffersFile& buffers(const std::string& name) const { return buffers_.at(name); }
  /// Of a folding they follow from the network; throws InputError where it is not this network's.
  std::map<std::string, UserCost> costs(const std::string& name, const Network& network) const;
  const std::vector<std::string>& context_cuts(const std::string& name) const { return context_cuts_.at(name); }
  const MappingFile& mapping(const std::string& name) const { return mappings_.at(name); }
  const PenaltiesFile& penalties(const std::string& name) const { return penalties_.at(name); }

  const std::vector<StoredContent>& stored() const { return stored_; }
  /// The hash of the content that the value names; the value itself when it names none.
  std::string identity(const KnobRow& row, const std::string& value) const;

 private:
  void add_network(const std::string& name, const NetworkConfig& config);
  void store(ContentKind kind, const std::string& name, std::string content);

  std::map<std::string, NetworkContent> networks_;
  std::map<std::string, nlohmann::json> devices_;
  std::map<std::string, BuffersFile> buffers_;
  std::map<std::string, std::map<std::string, UserCost>> costs_;
  std::map<std::string, Folding> foldings_;
  std::map<std::string, MappingFile> mappings_;
  std::map<std::string, std::vector<std::string>> context_cuts_;
  std::map<std::string, PenaltiesFile> penalties_;
  std::vector<StoredContent> stored_;
};

/// "network", …; "" for none.
const char* content_name(ContentKind kind);

/// "minimal", "full-rate" and "best" are no files.
bool is_policy(const std::string& buffers);

}  // namespace rowflow

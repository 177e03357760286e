// configs/mappings/*.json (--mapping): an explicit allocation; whatever is missing is filled in.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace rowflow {

struct MappedLayer {
  std::optional<std::int64_t> subclusters;      ///< of all its physical layers
  std::optional<std::int64_t> physical_layers;  ///< at least so many
  std::vector<int> clusters;  ///< of its physical layers, then of its join; the last stands for all that follow
};

struct MappingFile {
  std::map<std::string, MappedLayer> layers;  ///< by stage or layer name
  std::map<std::string, std::int64_t>
      fifo_rows;  ///< by buffer name: rows beyond the consumer's window and the row being written
};

/// Strict: throws InputError with file, pointer, found, expected.
MappingFile read_mapping_file(const std::string& path);

/// The same from a document; `file` is named in messages.
MappingFile mapping_from(const nlohmann::json& document, const std::string& file);

}  // namespace rowflow

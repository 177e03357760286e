// Import of a model that is in memory already.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

/// As import_onnx; `file` is for messages and names.
ImportResult import_model(const onnx::ModelProto& model, const std::string& file, const ImportOptions& options);

/// The config of a walked graph, with its squeeze-and-excite blocks recognised; the drafts keep their names.
NetworkConfig config_of(Importer& importer, const onnx::ModelProto& model, const std::string& file);

}  // namespace rowflow

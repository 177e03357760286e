// Importing small models in tests.
#pragma once

#include "sim/base/error.hpp"
#include "sim/import/import.hpp"
#include "sim/import/import_model.hpp"
#include "sim/network/network.hpp"
#include "tests/support/onnx_models.hpp"

namespace rowflow::test {

inline ImportResult import_of(OnnxModel& model, const ImportOptions& options = {}) {
  return import_model(model.proto(), "model.onnx", options);
}

/// Why the model is refused; "imported" when it is not.
inline std::string refusal(OnnxModel& model, const ImportOptions& options = {}) {
  try {
    import_of(model, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "imported";
}

inline const LayerConfig& layer(const ImportResult& result, const std::string& name) {
  for (const LayerConfig& candidate : result.network.layers) {
    if (candidate.name == name) return candidate;
  }
  throw Defect("no layer " + name);
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace rowflow::test

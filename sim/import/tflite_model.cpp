#include "sim/import/tflite_model.hpp"

#include "sim/import/tflite_file.hpp"
#include "sim/import/tflite_graph.hpp"

namespace rowflow {

namespace {

onnx::ModelProto translated(const char* bytes, std::size_t size, const std::string& name, Weights weights) {
  const tflite::Model& model = verified_tflite(bytes, size, name);
  return TfliteGraph(model, bytes, size, name, weights).translated();
}

}  // namespace

onnx::ModelProto read_tflite(const std::string& path, Weights weights) {
  const MappedFile file(path);
  return translated(file.bytes(), file.size(), path, weights);
}

onnx::ModelProto parse_tflite(const std::string& bytes, const std::string& name, Weights weights) {
  return translated(bytes.data(), bytes.size(), name, weights);
}

}  // namespace rowflow

#include "sim/import/model_file.hpp"

#include <fmt/format.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>

#include <filesystem>
#include <fstream>

#include "sim/base/error.hpp"
#include "sim/import/inline.hpp"
#include "sim/import/tflite_file.hpp"
#include "sim/import/tflite_model.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t oldest_operator_set = 7, newest_operator_set = 22;

/// Broken files are reported by us, with their name; protobuf would print a line of its own.
struct QuietProtobuf {
  google::protobuf::LogSilencer silencer;
};

bool is_tflite_name(const std::string& path) { return std::filesystem::path(path).extension() == ".tflite"; }

void check_model(onnx::ModelProto& model, const std::string& name) {
  if (!model.has_graph() || model.graph().node_size() == 0)
    throw InputError(name, "found no graph, expected an ONNX model");
  operator_set(model, name);
  inline_functions(model, name);
}

}  // namespace

std::int64_t operator_set(const onnx::ModelProto& model, const std::string& name) {
  std::int64_t version = 0;
  for (const auto& set : model.opset_import()) {
    if (set.domain().empty() || set.domain() == "ai.onnx") version = set.version();
  }
  if (version < oldest_operator_set || version > newest_operator_set) {
    throw InputError(name, fmt::format("found operator set {}, expected {} to {}", version, oldest_operator_set,
                                       newest_operator_set));
  }
  return version;
}

onnx::ModelProto parse_model(const std::string& bytes, const std::string& name) {
  const QuietProtobuf quiet;
  onnx::ModelProto model;
  if (!model.ParseFromString(bytes))
    throw InputError(name, "found bytes that are no ONNX model (truncated, or another format)");
  check_model(model, name);
  return model;
}

onnx::ModelProto read_model(const std::string& path, Weights weights) {
  const QuietProtobuf quiet;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(path, "the file cannot be opened");
  char beginning[8] = {};
  file.read(beginning, sizeof beginning);
  if (is_tflite_name(path) || is_tflite(beginning, static_cast<std::size_t>(file.gcount())))
    return read_tflite(path, weights);
  file.clear();
  file.seekg(0);
  google::protobuf::io::IstreamInputStream stream(&file, 1 << 20);
  onnx::ModelProto model;
  if (!model.ParseFromZeroCopyStream(&stream))
    throw InputError(path, "found bytes that are no ONNX model (truncated, or another format)");
  check_model(model, path);
  return model;
}

}  // namespace rowflow

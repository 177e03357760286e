#include "sim/import/tflite_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "sim/base/error.hpp"
#include "sim/import/tflite_schema_generated.h"

namespace rowflow {

namespace {

constexpr std::size_t identifier_at = 4;
constexpr std::uint32_t version = 3, most_operators = 100000, most_tensors = 400000, most_ends = 1 << 20;
constexpr int deepest_table = 16, most_tables = 2000000;

template <class Vector>
std::uint32_t size_of(const Vector* vector) {
  return vector == nullptr ? 0 : vector->size();
}

/// No table where one must be; flatbuffers takes a null offset in a vector for the vector's own place.
void check_counts(const tflite::Model& model, const std::string& name) {
  const auto refuse = [&](const char* what, std::uint32_t found, std::uint32_t most) {
    throw InputError(name, fmt::format("found {} {}, expected at most {}", found, what, most));
  };
  if (model.version() != version)
    throw InputError(name, fmt::format("found version {} of TFLite, expected {}", model.version(), version));
  if (size_of(model.subgraphs()) == 0) throw InputError(name, "found no graph, expected a TFLite model");
  const tflite::Subgraph& graph = *model.subgraphs()->Get(0);
  if (size_of(graph.operators()) == 0) throw InputError(name, "found no operators, expected a TFLite model");
  if (size_of(graph.operators()) > most_operators) refuse("operators", graph.operators()->size(), most_operators);
  if (size_of(graph.tensors()) > most_tensors) refuse("tensors", graph.tensors()->size(), most_tensors);
  std::uint64_t ends = size_of(graph.inputs()) + std::uint64_t{size_of(graph.outputs())};
  for (const tflite::Operator* op : *graph.operators())
    ends += std::uint64_t{size_of(op->inputs())} + size_of(op->outputs());
  if (ends > most_ends)
    throw InputError(name,
                     fmt::format("found {} inputs and outputs of operators, expected at most {}", ends, most_ends));
}

}  // namespace

bool is_tflite(const char* bytes, std::size_t size) {
  constexpr const char* identifier = "TFL3";
  return size >= identifier_at + 4 && std::memcmp(bytes + identifier_at, identifier, 4) == 0;
}

const tflite::Model& verified_tflite(const char* bytes, std::size_t size, const std::string& name) {
  if (!is_tflite(bytes, size))
    throw InputError(name, "found bytes that are no TFLite model (its mark TFL3 is missing)");
  constexpr std::size_t largest =
      FLATBUFFERS_MAX_BUFFER_SIZE - 1;  // tables lie in its first 2 GB, longer data behind them
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes), std::min(size, largest), deepest_table,
                                 most_tables);
  if (!tflite::VerifyModelBuffer(verifier))
    throw InputError(name,
                     "found a TFLite model that is damaged: a table or a list lies outside the file, or tables are "
                     "too many or too deep");
  const tflite::Model& model = *tflite::GetModel(bytes);
  check_counts(model, name);
  return model;
}

MappedFile::MappedFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  const bool opened = file >= 0 && ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  if (opened && status.st_size > 0) {
    size_ = static_cast<std::size_t>(status.st_size);
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    bytes_ = mapped == MAP_FAILED ? nullptr : static_cast<const char*>(mapped);
  }
  if (file >= 0) ::close(file);
  if (!opened || (size_ > 0 && bytes_ == nullptr)) throw InputError(path, "the file cannot be opened");
}

MappedFile::~MappedFile() {
  if (bytes_ != nullptr) ::munmap(const_cast<char*>(bytes_), size_);
}

}  // namespace rowflow

// TFLite files: opened without being read whole, and checked before anything in them is believed.
#pragma once

#include <cstddef>
#include <string>

namespace rowflow {

namespace tflite {
struct Model;  // of tflite_schema.fbs
}

/// True when bytes that begin like this are those of a TFLite file.
bool is_tflite(const char* bytes, std::size_t size);

/// The tables in `bytes`, verified: no offset leads outside, nothing is nested deeply. The model lives as long as the
/// bytes. Throws InputError, also for a model without a graph and for more operators or tensors than a network can
/// have.
const tflite::Model& verified_tflite(const char* bytes, std::size_t size, const std::string& name);

/// A file as memory.
class MappedFile {
 public:
  /// Throws InputError when it cannot be opened.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  const char* bytes() const { return bytes_; }
  std::size_t size() const { return size_; }

 private:
  const char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rowflow

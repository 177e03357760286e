// TFLite models of one operator each, written to a folder with what the import makes of them in ONNX.
#pragma once

#include <functional>
#include <string>

#include "tests/support/tflite_models.hpp"

namespace rowflow::test {

/// One axis of a window over a map.
struct Window {
  int kernel, stride, dilation;
  tflite::Padding padding;
  int size(int extent) const {
    const int reach = (kernel - 1) * dilation + 1;
    return padding == tflite::Padding::SAME ? (extent + stride - 1) / stride : (extent - reach) / stride + 1;
  }
};

class Cases {
 public:
  explicit Cases(std::string folder) : folder_(std::move(folder)) {}
  /// Writes N.tflite and N.onnx for N = 1, 2, …
  void all();

 private:
  /// A model with an input of these dims; `body` gets it and says the output.
  void add(const TfliteDims& in, const std::function<int(TfliteModel&, int)>& body);
  // cases_windows.cpp
  void windows(const Window& window);
  void transposed();
  void dense();
  void rounded();
  // cases_elements.cpp
  void unary(tflite::Code code, tflite::Options type = tflite::Options::NONE,
             const std::function<flatbuffers::Offset<void>(TfliteModel&)>& options = nullptr);
  void elements();
  // cases_views.cpp
  void reshape(const TfliteDims& in, const TfliteDims& out);
  void views();
  void resize(tflite::Code code, const TfliteDims& size, tflite::Options type, bool corners, bool half);
  void reduce(tflite::Code code, const std::vector<std::int32_t>& axes, bool keep, const TfliteDims& out);
  void cuts();

  std::string folder_;
  int count_ = 0;
};

}  // namespace rowflow::test

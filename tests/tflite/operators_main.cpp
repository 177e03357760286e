// TFLite models of one operator each, and what the import makes of them in ONNX: for the check in both runtimes
// (numbers_test.mjs).   tflite_operators FOLDER writes them; tflite_operators IN.tflite OUT.onnx translates a file.
#include <array>
#include <fstream>
#include <iostream>

#include "sim/base/error.hpp"
#include "sim/import/tflite_model.hpp"
#include "tests/tflite/cases.hpp"

namespace rowflow::test {

namespace {

void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

}  // namespace

void Cases::add(const TfliteDims& in, const std::function<int(TfliteModel&, int)>& body) {
  TfliteModel model;
  const int x = model.tensor(in, "x");
  const int y = body(model, x);
  const std::string bytes = model.bytes({x}, {y}), stem = folder_ + "/" + std::to_string(++count_);
  write(stem + ".tflite", bytes);
  write(stem + ".onnx", parse_tflite(bytes, stem, Weights::whole).SerializeAsString());
}

void Cases::all() {
  for (const auto padding : {tflite::Padding::SAME, tflite::Padding::VALID})
    for (const auto [kernel, stride, dilation] : {std::array{1, 1, 1}, {3, 1, 1}, {3, 2, 1}, {4, 3, 1}, {3, 1, 2}})
      windows({kernel, stride, dilation, padding});
  dense();
  elements();
  views();
  cuts();
  transposed();
  rounded();
}

}  // namespace rowflow::test

int main(int count, char** arguments) {
  using namespace rowflow;
  try {
    if (count == 3)
      test::write(arguments[2], read_tflite(arguments[1], Weights::whole).SerializeAsString());
    else if (count == 2)
      test::Cases(arguments[1]).all();
    else
      return 2;
  } catch (const InputError& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
  return 0;
}

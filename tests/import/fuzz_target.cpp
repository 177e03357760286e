// For libFuzzer: clang++ -fsanitize=fuzzer,address (CMake option ROWFLOW_FUZZ). Start it on tests/data/onnx.
#include "tests/support/fuzz_import.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  rowflow::test::fuzz_import(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}

// The fuzz target: any bytes either import or are refused by an InputError. Whatever else is thrown is a defect.
#pragma once

#include <string>

#include "sim/base/error.hpp"
#include "sim/import/import_model.hpp"
#include "sim/import/model_file.hpp"

namespace rowflow::test {

/// True when the bytes import.
inline bool fuzz_import(const std::string& bytes) {
  try {
    import_model(parse_model(bytes, "fuzz.onnx"), "fuzz.onnx", {});
    return true;
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace rowflow::test

// penalties --preprocess FILE: how images become a model's input.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace rowflow {

class Reader;

/// Element = (pixel · scale − mean) / std, pixels 0 … 255, mean and std by channel or one for all.
struct Preprocess {
  double scale = 1.0 / 255;
  std::vector<double> mean{0}, std{1};
  std::string colour = "rgb";            ///< rgb | bgr: the order of channels
  std::string fit = "stretch";           ///< stretch | crop (centre) | pad (black): what becomes of the aspect
  std::string interpolation = "linear";  ///< linear | cubic | lanczos | nearest
  std::pair<std::int64_t, std::int64_t> resize{0, 0};  ///< height, width, before the centre is cut out; 0: the input's
};

/// Strict. Throws InputError with file, pointer, found, expected.
Preprocess read_preprocess_file(const std::string& path);
Preprocess preprocess_from(const Reader& reader);

/// What preprocess_from reads.
nlohmann::ordered_json preprocess_json(const Preprocess& preprocess);

}  // namespace rowflow

// Small TFLite models for tests, built operator by operator.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "sim/import/tflite_schema_generated.h"

namespace rowflow::test {

using TfliteDims = std::vector<std::int32_t>;

/// Scales and zero points of a rounded tensor.
struct TfliteRounding {
  std::vector<float> scales;
  std::vector<std::int64_t> zero_points;
  int axis = 0;
};

class TfliteModel {
 public:
  using Code = tflite::Code;
  using Type = tflite::TensorType;

  flatbuffers::FlatBufferBuilder& builder() { return builder_; }

  int tensor(const TfliteDims& dims, const std::string& name, Type type = Type::FLOAT32,
             const TfliteRounding& rounding = {}, bool is_sparse = false, std::uint32_t buffer = 0) {
    flatbuffers::Offset<tflite::Quantization> quantization;
    if (!rounding.scales.empty())
      quantization = tflite::CreateQuantizationDirect(builder_, nullptr, nullptr, &rounding.scales,
                                                      &rounding.zero_points, 0, rounding.axis);
    flatbuffers::Offset<tflite::Sparsity> sparsity;
    if (is_sparse) sparsity = tflite::CreateSparsity(builder_);
    tensors_.push_back(tflite::CreateTensor(builder_, builder_.CreateVector(dims), type, buffer,
                                            builder_.CreateString(name), quantization, false, sparsity));
    return static_cast<int>(tensors_.size()) - 1;
  }

  template <class Number>
  int stored(const TfliteDims& dims, const std::vector<Number>& numbers, Type type, const TfliteRounding& rounding = {},
             bool is_sparse = false) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(numbers.data());
    buffers_.push_back(tflite::CreateBuffer(builder_, builder_.CreateVector(bytes, numbers.size() * sizeof(Number))));
    return tensor(dims, "stored_" + std::to_string(buffers_.size()), type, rounding, is_sparse,
                  static_cast<std::uint32_t>(buffers_.size()));
  }

  /// Stored behind the flatbuffer itself, so many bytes from `offset` of the file on: whoever writes it puts them
  /// there.
  int stored_outside(const TfliteDims& dims, Type type, std::uint64_t offset, std::uint64_t size) {
    buffers_.push_back(tflite::CreateBuffer(builder_, 0, offset, size));
    return tensor(dims, "outside_" + std::to_string(buffers_.size()), type, {}, false,
                  static_cast<std::uint32_t>(buffers_.size()));
  }

  int integers(const std::vector<std::int32_t>& numbers) {
    return stored({static_cast<std::int32_t>(numbers.size())}, numbers, Type::INT32);
  }

  /// Random numbers in −1 … 1, the same in every run.
  int weights(const TfliteDims& dims) {
    std::vector<float> numbers(count(dims));
    for (float& number : numbers) number = std::uniform_real_distribution<float>(-1, 1)(random_);
    return stored(dims, numbers, Type::FLOAT32);
  }

  int rounded_weights(const TfliteDims& dims, const TfliteRounding& rounding) {
    std::vector<std::int8_t> numbers(count(dims));
    for (auto& number : numbers)
      number = static_cast<std::int8_t>(std::uniform_int_distribution<int>(-127, 127)(random_));
    return stored(dims, numbers, Type::INT8, rounding);
  }

  void op(Code code, const std::vector<int>& inputs, const std::vector<int>& outputs,
          tflite::Options type = tflite::Options::NONE, flatbuffers::Offset<void> options = 0,
          const std::string& custom = "", const std::vector<std::uint8_t>& custom_options = {}) {
    const auto [entry, is_new] = codes_of_.emplace(std::pair{code, custom}, codes_.size());
    if (is_new)
      codes_.push_back(tflite::CreateOperatorCodeDirect(builder_,
                                                        static_cast<std::int8_t>(std::min(static_cast<int>(code), 127)),
                                                        custom.empty() ? nullptr : custom.c_str(), 1, code));
    operators_.push_back(tflite::CreateOperatorDirect(builder_, static_cast<std::uint32_t>(entry->second), &inputs,
                                                      &outputs, type, options,
                                                      custom_options.empty() ? nullptr : &custom_options));
  }

  template <class Options>
  void op(Code code, const std::vector<int>& inputs, const std::vector<int>& outputs,
          flatbuffers::Offset<Options> options) {
    op(code, inputs, outputs, tflite::OptionsTraits<Options>::enum_value, options.Union());
  }

  std::string bytes(const std::vector<int>& inputs, const std::vector<int>& outputs) {
    std::vector<flatbuffers::Offset<tflite::Buffer>> buffers{tflite::CreateBuffer(builder_)};
    buffers.insert(buffers.end(), buffers_.begin(), buffers_.end());
    const std::vector<flatbuffers::Offset<tflite::Subgraph>> graphs{
        tflite::CreateSubgraphDirect(builder_, &tensors_, &inputs, &outputs, &operators_)};
    tflite::FinishModelBuffer(builder_, tflite::CreateModelDirect(builder_, 3, &codes_, &graphs, "tests", &buffers));
    return {reinterpret_cast<const char*>(builder_.GetBufferPointer()), builder_.GetSize()};
  }

 private:
  static std::size_t count(const TfliteDims& dims) {
    std::size_t result = 1;
    for (const std::int32_t dim : dims) result *= static_cast<std::size_t>(dim);
    return result;
  }

  flatbuffers::FlatBufferBuilder builder_;
  std::vector<flatbuffers::Offset<tflite::Tensor>> tensors_;
  std::vector<flatbuffers::Offset<tflite::Buffer>> buffers_;
  std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes_;
  std::vector<flatbuffers::Offset<tflite::Operator>> operators_;
  std::map<std::pair<Code, std::string>, std::size_t> codes_of_;
  std::mt19937 random_{20260101};
};

}  // namespace rowflow::test

#include "sim/import/tflite_operators.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "sim/import/tflite_cuts.hpp"
#include "sim/import/tflite_elements.hpp"
#include "sim/import/tflite_views.hpp"
#include "sim/import/tflite_windows.hpp"

namespace rowflow {

using tflite::Code;

namespace {

constexpr const char* transpose_with_bias = "Convolution2DTransposeBias";

const std::unordered_map<Code, TfliteOperator>& operators() {
  static const std::unordered_map<Code, TfliteOperator> table{
      {Code::CONV_2D, translate_conv},
      {Code::DEPTHWISE_CONV_2D, translate_depthwise},
      {Code::TRANSPOSE_CONV, translate_transpose_conv},
      {Code::AVERAGE_POOL_2D, translate_average_pool},
      {Code::MAX_POOL_2D, translate_max_pool},
      {Code::FULLY_CONNECTED, translate_fully_connected},
      {Code::ADD, translate_add},
      {Code::SUB, translate_sub},
      {Code::MUL, translate_mul},
      {Code::DIV, translate_div},
      {Code::ADD_N, translate_renamed},
      {Code::MAXIMUM, translate_renamed},
      {Code::MINIMUM, translate_renamed},
      {Code::POW, translate_renamed},
      {Code::PRELU, translate_renamed},
      {Code::RELU, translate_renamed},
      {Code::TANH, translate_renamed},
      {Code::LOGISTIC, translate_renamed},
      {Code::HARD_SWISH, translate_renamed},
      {Code::ELU, translate_renamed},
      {Code::EXP, translate_renamed},
      {Code::LOG, translate_renamed},
      {Code::SQRT, translate_renamed},
      {Code::ABS, translate_renamed},
      {Code::NEG, translate_renamed},
      {Code::FLOOR, translate_renamed},
      {Code::CEIL, translate_renamed},
      {Code::ROUND, translate_renamed},
      {Code::SIN, translate_renamed},
      {Code::COS, translate_renamed},
      {Code::SIGN, translate_renamed},
      {Code::RELU6, translate_clip},
      {Code::RELU_N1_TO_1, translate_clip},
      {Code::RELU_0_TO_1, translate_clip},
      {Code::LEAKY_RELU, translate_leaky_relu},
      {Code::RSQRT, translate_rsqrt},
      {Code::SQUARE, translate_square},
      {Code::SQUARED_DIFFERENCE, translate_squared_difference},
      {Code::SOFTMAX, translate_softmax},
      {Code::LOG_SOFTMAX, translate_softmax},
      {Code::GELU, translate_gelu},
      {Code::CAST, translate_cast},
      {Code::QUANTIZE, translate_same},
      {Code::DEQUANTIZE, translate_same},
      {Code::FAKE_QUANT, translate_same},
      {Code::LOCAL_RESPONSE_NORMALIZATION, translate_local_response_norm},
      {Code::RESHAPE, translate_reshape},
      {Code::SQUEEZE, translate_reshape},
      {Code::EXPAND_DIMS, translate_reshape},
      {Code::TRANSPOSE, translate_transpose},
      {Code::PAD, translate_pad},
      {Code::PADV2, translate_pad},
      {Code::MIRROR_PAD, translate_mirror_pad},
      {Code::CONCATENATION, translate_concat},
      {Code::RESIZE_BILINEAR, translate_resize_bilinear},
      {Code::RESIZE_NEAREST_NEIGHBOR, translate_resize_nearest},
      {Code::SPACE_TO_DEPTH, translate_space_to_depth},
      {Code::DEPTH_TO_SPACE, translate_depth_to_space},
      {Code::TILE, translate_tile},
      {Code::BROADCAST_TO, translate_broadcast},
      {Code::SPLIT, translate_split},
      {Code::SPLIT_V, translate_split_by_sizes},
      {Code::SLICE, translate_slice},
      {Code::STRIDED_SLICE, translate_strided_slice},
      {Code::GATHER, translate_gather},
      {Code::PACK, translate_pack},
      {Code::UNPACK, translate_unpack},
      {Code::MEAN, translate_reduce},
      {Code::SUM, translate_reduce},
      {Code::REDUCE_MAX, translate_reduce},
      {Code::ARG_MAX, translate_arg_max},
  };
  return table;
}

}  // namespace

TfliteOperator find_tflite_operator(Code code, const std::string& custom) {
  if (code == Code::CUSTOM) return custom == transpose_with_bias ? translate_custom_transpose_conv : nullptr;
  const auto entry = operators().find(code);
  return entry == operators().end() ? nullptr : entry->second;
}

std::string tflite_operator_name(Code code, const std::string& custom) {
  if (code == Code::CUSTOM) return custom.empty() ? "CUSTOM" : custom;
  const std::string name = tflite::EnumNameCode(code);
  return name.empty() ? fmt::format("operator {}", static_cast<int>(code)) : name;
}

std::string foreign_operator_name(Code code, const std::string& custom) {
  static const std::unordered_map<Code, const char*> names{
      {Code::TOPK_V2, "TopK"},
      {Code::ARG_MIN, "ArgMin"},
      {Code::GATHER_ND, "GatherND"},
      {Code::SCATTER_ND, "ScatterND"},
      {Code::WHERE, "Where"},
      {Code::SELECT, "Where"},
      {Code::SELECT_V2, "Where"},
      {Code::EQUAL, "Equal"},
      {Code::GREATER, "Greater"},
      {Code::GREATER_EQUAL, "GreaterOrEqual"},
      {Code::LESS, "Less"},
      {Code::LESS_EQUAL, "LessOrEqual"},
      {Code::LOGICAL_AND, "And"},
      {Code::LOGICAL_OR, "Or"},
      {Code::LOGICAL_NOT, "Not"},
      {Code::ONE_HOT, "OneHot"},
      {Code::CUMSUM, "CumSum"},
      {Code::REDUCE_MIN, "ReduceMin"},
      {Code::NON_MAX_SUPPRESSION_V4, "NonMaxSuppression"},
      {Code::NON_MAX_SUPPRESSION_V5, "NonMaxSuppression"},
  };
  const auto entry = names.find(code);
  return entry == names.end() ? tflite_operator_name(code, custom) : entry->second;
}

}  // namespace rowflow

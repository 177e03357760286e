#include "sim/import/operators.hpp"

#include "sim/import/activations.hpp"
#include "sim/import/arg_max.hpp"
#include "sim/import/arithmetic.hpp"
#include "sim/import/concat.hpp"
#include "sim/import/convolutions.hpp"
#include "sim/import/cuts.hpp"
#include "sim/import/dense.hpp"
#include "sim/import/layer_norm.hpp"
#include "sim/import/normalisations.hpp"
#include "sim/import/orders.hpp"
#include "sim/import/pads.hpp"
#include "sim/import/pixel_blocks.hpp"
#include "sim/import/pools.hpp"
#include "sim/import/quantised.hpp"
#include "sim/import/reductions.hpp"
#include "sim/import/resize.hpp"
#include "sim/import/transposes.hpp"
#include "sim/import/views.hpp"

namespace rowflow {

Operator find_operator(const std::string& name) {
  static const std::unordered_map<std::string, Operator> table{
      {"Conv", import_conv},
      {"ConvTranspose", import_conv_transpose},
      {"MaxPool", import_max_pool},
      {"AveragePool", import_average_pool},
      {"GlobalAveragePool", import_global_average_pool},
      {"GlobalMaxPool", import_global_max_pool},
      {"ReduceMean", import_reduce_mean},
      {"ReduceSum", import_reduce_sum},
      {"ReduceMax", import_reduce_extreme},
      {"ReduceMin", import_reduce_extreme},
      {"ReduceL1", import_reduce_norm},
      {"ReduceL2", import_reduce_norm},
      {"ReduceSumSquare", import_reduce_norm},
      {"ReduceLogSum", import_reduce_norm},
      {"ReduceLogSumExp", import_reduce_norm},
      {"Pad", import_pad},
      {"Gemm", import_gemm},
      {"MatMul", import_mat_mul},
      {"BatchNormalization", import_batch_norm},
      {"LayerNormalization", import_layer_norm},
      {"ArgMax", import_arg_max},
      {"Pow", import_pow},
      {"Sqrt", import_sqrt},
      {"Add", import_add},
      {"Sub", import_sub},
      {"Mul", import_mul},
      {"Div", import_div},
      {"Sum", import_sum},
      {"Neg", import_neg},
      {"Abs", import_any_function},
      {"Log", import_any_function},
      {"Reciprocal", import_reciprocal},
      {"Softsign", import_any_function},
      {"ThresholdedRelu", import_any_function},
      {"Floor", import_any_function},
      {"Ceil", import_any_function},
      {"Round", import_any_function},
      {"Sign", import_any_function},
      {"Sin", import_any_function},
      {"Cos", import_any_function},
      {"Mish", import_activation},
      {"Gelu", import_activation},
      {"Relu", import_relu},
      {"LeakyRelu", import_activation},
      {"PRelu", import_activation},
      {"Elu", import_activation},
      {"Selu", import_activation},
      {"Celu", import_activation},
      {"Sigmoid", import_activation},
      {"HardSigmoid", import_activation},
      {"HardSwish", import_activation},
      {"Tanh", import_activation},
      {"Softplus", import_activation},
      {"Erf", import_activation},
      {"Exp", import_activation},
      {"Clip", import_clip},
      {"Max", import_max_min},
      {"Min", import_max_min},
      {"Softmax", import_softmax},
      {"LogSoftmax", import_softmax},
      {"Reshape", import_reshape},
      {"Flatten", import_flatten},
      {"Squeeze", import_squeeze},
      {"Unsqueeze", import_unsqueeze},
      {"Transpose", import_transpose},
      {"Expand", import_expand},
      {"Tile", import_expand},
      {"QuantizeLinear", import_quantiser},
      {"DequantizeLinear", import_quantiser},
      {"DynamicQuantizeLinear", import_quantiser},
      {"Quant", import_quantiser},
      {"IntQuant", import_quantiser},
      {"BipolarQuant", import_quantiser},
      {"InstanceNormalization", import_instance_norm},
      {"GroupNormalization", import_group_norm},
      {"Identity", import_pass_through},
      {"Dropout", import_pass_through},
      {"Cast", import_pass_through},
      {"Shape", import_shape},
      {"Constant", import_constant},
      {"Slice", import_slice},
      {"Split", import_split},
      {"Gather", import_gather},
      {"Concat", import_concat},
      {"SpaceToDepth", import_space_to_depth},
      {"DepthToSpace", import_depth_to_space},
      {"LRN", import_lrn},
      {"Resize", import_resize},
      {"Upsample", import_resize},
  };
  const auto entry = table.find(name);
  return entry == table.end() ? nullptr : entry->second;
}

std::string refusal_reason(const std::string& name) {
  static const std::unordered_map<std::string, std::string> table{
      {"If", "a branch chosen while running"},
      {"Loop", "a loop: how often it runs is not known"},
      {"Scan", "a loop: how often it runs is not known"},
      {"LSTM", "recurrent layers are not covered"},
      {"GRU", "recurrent layers are not covered"},
      {"NonMaxSuppression", "post-processing of the host: cut the model before it"},
      {"TopK", "post-processing of the host: cut the model before it"},
      {"Einsum", "products of feature maps: no rule covers them"},
      {"RNN", "recurrent layers are not covered"},
      {"GridSample", "which rows it reads depends on the data"},
      {"DeformConv", "which rows it reads depends on the data"},
      {"RoiAlign", "which rows it reads depends on the data"},
  };
  const auto entry = table.find(name);
  return entry == table.end() ? "no rule of the timing model covers it" : entry->second;
}

}  // namespace rowflow

#include "sim/import/operators.hpp"

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
      {"Reshape", import_reshape},
      {"Flatten", import_flatten},
      {"Squeeze", import_squeeze},
      {"Unsqueeze", import_unsqueeze},
      {"Transpose", import_transpose},
      {"Identity", import_pass_through},
      {"Dropout", import_pass_through},
      {"Cast", import_pass_through},
      {"Shape", import_shape},
      {"Constant", import_constant},
      {"Slice", import_slice},
      {"Split", import_split},
      {"Concat", import_concat},
      {"Resize", import_resize},
      {"Upsample", import_resize},
  };
  const auto entry = table.find(name);
  return entry == table.end() ? nullptr : entry->second;
}

std::string refusal_reason(const std::string& name) {
  static const std::unordered_map<std::string, std::string> table{
      {"InstanceNormalization", "statistics of the whole map at inference: no rule covers it"},
      {"LRN", "a local response normalisation: no rule covers it"},
      {"If", "a branch chosen while running"},
      {"Loop", "a loop: how often it runs is not known"},
      {"Scan", "a loop: how often it runs is not known"},
      {"LSTM", "recurrent layers are not covered"},
      {"GRU", "recurrent layers are not covered"},
      {"NonMaxSuppression", "post-processing of the host: cut the model before it"},
      {"TopK", "post-processing of the host: cut the model before it"},
      {"QuantizeLinear", "a quantised model: export the float model"},
      {"DequantizeLinear", "a quantised model: export the float model"},
      {"QLinearConv", "a quantised model: export the float model"},
      {"DepthToSpace", "moves channels to other rows: no rule covers it"},
      {"SpaceToDepth", "moves rows to channels: no rule covers it"},
      {"Einsum", "products of feature maps: no rule covers them"},
  };
  const auto entry = table.find(name);
  return entry == table.end() ? "no rule of the timing model covers it" : entry->second;
}

}  // namespace rowflow

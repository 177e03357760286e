#include "sim/network/layer_types.hpp"

namespace rowflow {

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names{
      "none",       "relu",    "relu6",        "leaky_relu", "prelu",    "elu",     "selu", "gelu", "silu", "mish",
      "hard_swish", "sigmoid", "hard_sigmoid", "tanh",       "softplus", "softmax", "clip", "exp",  "table"};
  return names;
}

bool is_legal_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name[0])) return false;
  for (const char c : name) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '.' && c != '-') return false;
  }
  return true;
}

bool is_reserved_name(const std::string& name) {
  return name == "input" || name == "source" || name == "sink" || name.rfind("sink.", 0) == 0;
}

}  // namespace rowflow

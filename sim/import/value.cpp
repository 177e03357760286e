#include "sim/import/value.hpp"

#include <algorithm>

#include "sim/network/layer_types.hpp"

namespace rowflow {

bool is_known_activation(const std::string& name) {
  const auto& known = activation_names();
  return std::find(known.begin(), known.end(), name) != known.end();
}

bool Function::is_pointwise() const {
  return kind != Kind::named || is_known_activation(name) || name == "tanh_softplus" || name == "erf" ||
         name == "erf_gate";
}

}  // namespace rowflow

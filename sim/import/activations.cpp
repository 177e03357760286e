// Functions of one element: they ride on the layer that writes it (T7).
#include "sim/import/activations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/import/arithmetic.hpp"

namespace rowflow {

namespace {

const std::unordered_map<std::string, std::string>& names() {
  static const std::unordered_map<std::string, std::string> table{{"Relu", "relu"},
                                                                  {"LeakyRelu", "leaky_relu"},
                                                                  {"PRelu", "prelu"},
                                                                  {"Elu", "elu"},
                                                                  {"Selu", "selu"},
                                                                  {"Sigmoid", "sigmoid"},
                                                                  {"HardSigmoid", "hard_sigmoid"},
                                                                  {"HardSwish", "hard_swish"},
                                                                  {"Tanh", "tanh"},
                                                                  {"Softplus", "softplus"},
                                                                  {"Exp", "exp"},
                                                                  {"Mish", "mish"},
                                                                  {"Erf", "erf"},
                                                                  {"Gelu", "gelu"},
                                                                  {"Celu", "elu"},
                                                                  {"LogSoftmax", "softmax"},
                                                                  {"ThresholdedRelu", "relu"}};
  return table;
}

/// A function of what is a function of one element already: of both together only a table is known.
bool try_composed(Importer& importer, int k) {
  const Value& in = importer.raw_input(k);
  if (!in.is_map() || !in.function || !in.function->is_pointwise() || in.function->kind == Function::Kind::affine ||
      importer.uses(in) != 1)
    return false;
  Function f;
  f.name = "table";
  f.base = in.function->base;
  f.reads = in.function->reads;
  f.node = &importer.node();
  Value out = *f.base;
  out.function = std::make_shared<Function>(std::move(f));
  importer.set_output(0, out);
  return true;
}

void set_named(Importer& importer, const Value& base, const std::string& name, int reads) {
  Function f;
  f.name = name;
  f.base = std::make_shared<Value>(base);
  f.reads = reads;
  f.node = &importer.node();
  Value out = base;
  out.function = std::make_shared<Function>(std::move(f));
  importer.set_output(0, out);
}

/// min(max(x, low), high) of a value whose arithmetic may be pending: the hard gates are written so, often as one clip
/// of another.
void clip(Importer& importer, double low, double high, int k = 0) {
  const Value& in = importer.raw_input(k);
  const bool grows = in.function && in.function->kind != Function::Kind::named && importer.uses(in) == 1;
  Function f;
  f.kind = Function::Kind::clipped;
  f.low = low;
  f.high = std::max(low, high);
  Value base = in;
  if (grows) {
    const Function& inner = *in.function;
    f.scale = inner.scale;
    f.offset = inner.offset;
    f.reads = inner.reads;
    if (inner.kind == Function::Kind::clipped) {
      f.low = std::clamp(inner.low, low, f.high);
      f.high = std::clamp(inner.high, low, f.high);
    }
    base = *inner.base;
  } else {
    if (in.function && try_composed(importer, k)) return;
    base = importer.map_input(k);
  }
  f.base = std::make_shared<Value>(base);
  f.node = &importer.node();
  base.function = std::make_shared<Function>(std::move(f));
  importer.set_output(0, base);
}

double limit(Importer& importer, int k, const std::string& name, double standard) {
  if (find_attribute(importer.node(), name) != nullptr) return attribute(importer.node(), name, standard);
  if (!importer.has_input(k)) return standard;
  const Value& value = importer.raw_input(k);
  if (!value.is_constant()) throw Refusal{fmt::format("its limit {} is a feature map", name)};
  return value.constant && value.constant->size() == 1 ? value.constant->number(0) : standard;
}

}  // namespace

void import_activation(Importer& importer) {
  const std::string& op = importer.node().op_type();
  const Value& in = importer.raw_input(0);
  if (op == "Tanh" && in.function && in.function->name == "softplus" && in.function->is_bare() &&
      importer.uses(in) == 1) {
    return set_named(importer, *in.function->base, "tanh_softplus", in.function->reads);
  }
  if (op == "Erf") {
    const Function* f = in.function.get();
    const bool is_of_gelu = f != nullptr && f->kind == Function::Kind::affine && f->offset == 0 &&
                            std::abs(f->scale * f->scale - 0.5) < 1e-3;
    if (!is_of_gelu || importer.uses(in) != 1) return import_table(importer, 0);
    return set_named(importer, *f->base, "erf", f->reads);
  }
  if (try_composed(importer, 0)) return;
  set_named(importer, importer.map_input(0), names().at(op), 1);
}

void import_table(Importer& importer, int k) {
  if (!importer.raw_input(k).is_map()) throw Refusal{"its operand is a constant that it cannot compute"};
  if (!try_composed(importer, k)) set_named(importer, importer.map_input(k), "table", 1);
}

void import_any_function(Importer& importer) { import_table(importer, 0); }

void import_relu(Importer& importer) { clip(importer, 0, std::numeric_limits<double>::infinity()); }

void import_clip(Importer& importer) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double low = limit(importer, 1, "min", -infinity), high = limit(importer, 2, "max", infinity);
  clip(importer, low, high);
}

/// Max(x, 0) and Min(x, 6), as some exporters write Clip; of two maps an element-wise layer.
void import_max_min(Importer& importer) {
  const int inputs = importer.node().input_size();
  int map = 0, maps = 0;
  for (int k = 0; k < inputs; ++k) {
    if (!importer.raw_input(k).is_map()) continue;
    map = k;
    ++maps;
  }
  if (maps == inputs) return import_extremes(importer);
  if (inputs != 2 || maps != 1) throw Refusal{"the larger or smaller of maps and constants together"};
  const Value& constant = importer.raw_input(1 - map);
  if (element_count(constant.dims) != 1) {  // a limit a channel
    check_channel_constant(importer, importer.raw_input(map), constant);
    return import_table(importer, map);
  }
  if (!constant.constant || constant.constant->size() != 1) throw Refusal{"a limit that is no single stored number"};
  const double infinity = std::numeric_limits<double>::infinity(), number = constant.constant->number(0);
  const bool is_max = importer.node().op_type() == "Max";
  clip(importer, is_max ? number : -infinity, is_max ? infinity : number, map);
}

void import_softmax(Importer& importer) {
  const Value in = importer.map_input(0);
  const auto rank = static_cast<std::int64_t>(in.dims.size());
  std::int64_t axis = attribute(importer.node(), "axis", std::int64_t{importer.opset() >= 13 ? -1 : 1});
  if (axis < 0) axis += rank;
  const Shape shape = importer.shape_of(in);
  const bool is_vector = shape.height == 1 && shape.width == 1;
  const bool over_channels =
      rank == 4 && in.layout == Layout::nchw && axis == 1 && (importer.opset() >= 13 || is_vector);
  const bool over_last = in.layout == Layout::nhwc && rank >= 3 && axis == rank - 1 && in.dims.back() == shape.channels;
  const bool over_parts = is_vector && axis >= 0 && axis < rank && in.dims[axis] > 1;  // of one value a channel
  if (!over_parts && !over_channels && !over_last) {
    throw Refusal{"a softmax over other elements than the channels of one pixel"};
  }
  importer.set_output(0, importer.activate(in, "softmax", 1));
}

}  // namespace rowflow

#include "sim/import/functions.hpp"

#include <cmath>

namespace rowflow {

bool is_uniform(const Value& value) {
  if (!value.constant || value.dims.size() < 3) return false;
  for (std::size_t k = 1; k < value.constant->size(); ++k)
    if (value.constant->number(k) != value.constant->number(0)) return false;
  return value.constant->size() > 1 && element_count(Dims(value.dims.end() - 2, value.dims.end())) > 1;
}

std::optional<double> scalar(const Value& value) {
  if (!value.is_constant() || !value.constant || (value.constant->size() != 1 && !is_uniform(value)))
    return std::nullopt;
  return value.constant->number(0);
}

namespace {

/// The value as a function of its base, for one more step of arithmetic.
Function as_function(const Value& value) {
  if (value.function) return *value.function;
  Function f;
  f.kind = Function::Kind::affine;
  f.base = std::make_shared<Value>(value);
  return f;
}

void set_function(Importer& importer, const Value& from, Function f) {
  Value out = f.base ? *f.base : from;
  f.node = &importer.node();
  out.function = std::make_shared<Function>(std::move(f));
  importer.set_output(0, out);
}

}  // namespace

void multiply_by(Importer& importer, const Value& value, double factor) {
  if (!std::isfinite(factor)) throw Refusal{"a factor that is no finite number"};
  Function f = as_function(value);
  f.scale *= factor;
  f.offset *= factor;
  if (f.kind == Function::Kind::clipped) {
    const auto limit = [&](double bound) { return factor == 0 ? 0 : bound * factor; };
    const double low = limit(f.low), high = limit(f.high);
    f.low = std::min(low, high);
    f.high = std::max(low, high);
  }
  set_function(importer, value, f);
}

void add_constant(Importer& importer, const Value& value, double offset) {
  if (!std::isfinite(offset)) throw Refusal{"an offset that is no finite number"};
  Function f = as_function(value);
  f.offset += offset;
  f.low += offset;
  f.high += offset;
  set_function(importer, value, f);
}

bool try_same_base(Importer& importer) {
  const auto pending = [&](int k) { return importer.raw_input(k).function; };
  const auto base = [&](int k) -> const Value& { return pending(k) ? *pending(k)->base : importer.raw_input(k); };
  Function f;
  f.name = "table";
  f.reads = 0;
  const int inputs = importer.node().input_size();
  for (int k = 0; k < inputs; ++k) {
    const Value& value = importer.raw_input(k);
    if (!value.is_map() || value.is_pending()) return false;
    const Value &own = base(k), &first = base(0);
    if (own.layer != first.layer || own.dims != first.dims || own.name != first.name || own.layout != first.layout)
      return false;
    if (pending(k) && !pending(k)->is_pointwise()) return false;
    int same = 0;
    for (int i = 0; i < inputs; ++i) same += importer.raw_input(i).name == value.name ? 1 : 0;
    if (pending(k) && importer.uses(value) != same) {  // others read it too, as it is
      importer.input(k);
      return try_same_base(importer);
    }
    bool told = false;
    for (int i = 0; i < k; ++i) told = told || (pending(k) && importer.raw_input(i).name == value.name);
    if (!told) f.reads += pending(k) ? pending(k)->reads : 1;
  }
  f.base = std::make_shared<Value>(base(0));
  set_function(importer, base(0), std::move(f));
  return true;
}

namespace {

/// The map that a value is, but for a factor. Null when it is something else.
const Value* up_to_factor(const Value& value) {
  if (!value.function) return &value;
  return value.function->kind == Function::Kind::affine && value.function->offset == 0 ? value.function->base.get()
                                                                                       : nullptr;
}

/// x · f(x): SiLU, hard-swish, mish. Empty when it is none of them.
std::string self_gated(const Importer& importer, const Value& x, const Value& gate) {
  const Value* base = up_to_factor(x);
  if (base == nullptr || !gate.function || gate.function->base->layer != base->layer ||
      gate.function->base->dims != base->dims)
    return "";
  if (x.function && importer.uses(x) != 1) return "";
  const Function& f = *gate.function;
  if (f.kind == Function::Kind::clipped)
    return f.offset != 0 && f.low == 0 && std::isfinite(f.high) ? "hard_swish" : "";
  if (f.offset != 0) return "";
  if (f.name == "sigmoid") return "silu";
  if (f.name == "hard_sigmoid") return "hard_swish";
  return f.name == "tanh_softplus" ? "mish" : f.name == "erf_gate" ? "gelu" : "";
}

}  // namespace

bool try_error_gate(Importer& importer) {
  for (const int k : {0, 1}) {
    const Value value = importer.raw_input(k);
    if (!value.is_map() || !value.function || value.function->name != "erf" || !value.function->is_bare() ||
        scalar(importer.raw_input(1 - k)) != 1.0)
      continue;
    Function f = *value.function;
    f.name = "erf_gate";
    set_function(importer, value, std::move(f));
    return true;
  }
  return false;
}

bool try_self_gated(Importer& importer) {
  if (importer.node().input_size() != 2) return false;
  for (const int k : {0, 1}) {
    const Value &x = importer.raw_input(k), &gate = importer.raw_input(1 - k);
    const std::string name = self_gated(importer, x, gate);
    if (name.empty() || importer.uses(gate) != 1) continue;
    Function f;
    f.kind = Function::Kind::named;
    f.name = name;
    f.base = gate.function->base;
    f.reads = gate.function->reads + (x.function ? x.function->reads : 1);
    set_function(importer, x, f);
    return true;
  }
  return false;
}

}  // namespace rowflow

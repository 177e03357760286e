// Quantised models: rounding is looked through, its bits are kept.
#include "sim/import/quantised.hpp"

#include "sim/import/fold.hpp"
#include "sim/import/nodes.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t most_bits = 64, usual_bits = 8;

/// Bits that this node rounds to; 0 when it does not say, or rounds back.
std::int64_t bits_of(Importer& importer) {
  const onnx::NodeProto& node = importer.node();
  const std::string& op = node.op_type();
  if (op == "BipolarQuant") return 1;
  if (op == "DynamicQuantizeLinear") return usual_bits;
  if (is_one_of(op, {"Quant", "IntQuant"})) {
    const Value& bits = importer.raw_input(3);
    const bool known = bits.constant && bits.constant->size() == 1 && bits.constant->number(0) >= 1 &&
                       bits.constant->number(0) <= most_bits;
    return known ? static_cast<std::int64_t>(bits.constant->number(0)) : 0;
  }
  if (op != "QuantizeLinear") return 0;
  const std::int64_t stored = importer.has_input(2) ? importer.raw_input(2).bits : 0;
  return stored > 0 ? stored : usual_bits;
}

std::shared_ptr<const Constant> dequantised(Importer& importer, const Constant& from) {
  const Value& scale = importer.raw_input(1);
  if (!scale.constant || scale.constant->size() != 1) return nullptr;
  double zero = 0;
  if (importer.has_input(2)) {
    const Value& point = importer.raw_input(2);
    if (!point.constant || point.constant->size() != 1) return nullptr;
    zero = point.constant->number(0);
  }
  const auto result = std::make_shared<Constant>();
  result->is_float = true;
  for (std::size_t i = 0; i < from.size(); ++i)
    result->floats.push_back((from.number(i) - zero) * scale.constant->number(0));
  return result;
}

}  // namespace

void import_quantiser(Importer& importer) {
  const onnx::NodeProto& node = importer.node();
  const std::int64_t bits = bits_of(importer);
  const bool passes = importer.graph().is_pass_through(node);  // its readers read what it reads
  for (int k = passes ? 1 : 2; k < node.output_size(); ++k) importer.set_output(k, constant_value({}, nullptr));
  if (bits > 0 && passes) importer.set_bits(node.input(0), bits);
  if (passes) return;
  Value value = importer.raw_input(0);  // a constant
  if (bits > 0) value.bits = bits;
  if (node.op_type() == "DequantizeLinear" && value.constant && !value.constant->is_float)
    value.constant = dequantised(importer, *value.constant);
  importer.set_output(0, value);
}

}  // namespace rowflow
